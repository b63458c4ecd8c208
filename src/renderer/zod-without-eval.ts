/**
 * Tells zod not to try `new Function`: the page's content security policy forbids it and reports each attempt.
 * zod reads this when a schema is made, so this module has to be the first import of `main.ts`.
 */
import { z } from 'zod'

z.config({ jitless: true })
