import { askingControls } from './asking-controls.ts'
import { callerControls } from './caller-controls.ts'
import type { Control } from './control.ts'
import { settlingControls } from './settling-controls.ts'
import { timeControls } from './time-controls.ts'

/** Section 10 of the refresh protocol asks for some of these; together they break every invariant at least once. */
export const controls: readonly Control[] = [...timeControls, ...settlingControls, ...askingControls, ...callerControls]
