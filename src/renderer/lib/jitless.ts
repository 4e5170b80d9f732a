import { z } from 'zod'

/*
 * Imported before any schema is made: zod would otherwise try whether it may compile code, which the window's policy forbids and
 * reports [S1].
 */
z.config({ jitless: true })
