// What tokens cost by the person's own prices: those of a project do not count.
import type { TokenUsage } from '../../protocol/index.ts'
import type { ConfigService } from '../config/config-service.ts'
import { costOf } from '../model/prices.ts'

/** In millionths of a dollar; null where no price is known. */
export function createCosts(config: ConfigService) {
  return async (model: string, usage: TokenUsage): Promise<number | null> =>
    costOf((await config.resolve()).values.model_prices?.[model], usage)
}
