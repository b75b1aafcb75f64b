/** What a command may touch. */
export interface Surroundings {
  /** Root of the workspace, where specs is. */
  readonly root: string
  /** Folder that relative paths start at. */
  readonly cwd: string
  /** The day it is, such as 2026-01-31. */
  today(): string
  out(text: string): void
  err(text: string): void
}
