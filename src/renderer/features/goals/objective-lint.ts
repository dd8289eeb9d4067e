// What makes an objective hard to reach or to end; empty when nothing does.

const END =
  /\b(until|so that|when|passes?|passing|green|done|complete|all|every|no more|without|exists?)\b/i
const STOP = /\b(until|stop (?:when|once|after|if)|as soon as)\b/i
const NEVER = /\b(forever|never stop|keep going|endless(?:ly)?|without stopping)\b/i

export function lintObjective(objective: string, hasChecks: boolean): readonly string[] {
  const text = objective.trim()
  if (text === '') return []
  const hints: string[] = []
  if (text.split(/\s+/).length < 4 || !END.test(text))
    hints.push('It names no end state: say how one can tell that it is reached.')
  if (!hasChecks) hints.push('There is no check: the agent alone will say when it is done.')
  if (NEVER.test(text) && STOP.test(text))
    hints.push('It says both when to stop and never to stop: the agent can only follow one.')
  else if (NEVER.test(text)) hints.push('It asks never to stop: only a budget or you will end it.')
  return hints
}
