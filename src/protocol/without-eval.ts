// Keeps zod from compiling its parsers with eval. The window's content policy forbids that, and everywhere the first
// use of a schema is what somebody waits for: compiling it takes longer than reading a few hundred messages without.
// It comes before anything that declares a schema: zod reads the setting when a schema is made.
import { z } from 'zod'

z.config({ jitless: true })
