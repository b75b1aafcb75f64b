// A scheduler whose events are in its users' Google Calendars, too. `--tour` does by itself what a person would.
import { startScheduler } from './scheduler.ts'
import { takeTour } from './tour.ts'

const isTour = process.argv.includes('--tour')
const scheduler = await startScheduler(isTour ? 0 : 3000)

if (isTour) {
  await takeTour(scheduler)
  await scheduler[Symbol.asyncDispose]()
} else {
  console.log(`Open ${scheduler.origin} · Ctrl-C ends it, and what it kept is gone.`)
  process.once('SIGINT', () => void scheduler[Symbol.asyncDispose]())
}
