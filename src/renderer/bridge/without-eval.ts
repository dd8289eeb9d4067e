// Keeps zod from compiling its parsers with eval, which the window's content policy forbids.
// Import this before anything that declares a schema: zod reads the setting when a schema is made.
import { z } from 'zod'

z.config({ jitless: true })
