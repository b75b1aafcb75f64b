/** The one time of a simulated world, and everything that will happen in it. */
export interface Timeline {
  readonly nowMs: number
  /** Runs something so many milliseconds from now; equal instants run in the order in which they were set. */
  after(delayMs: number, run: () => void): Appointment
  /** Lets work that leaves the simulated time end before that time goes on. */
  hold(work: Promise<unknown>): void
  /** Runs everything up to an instant, letting promises settle after each step, and ends at that instant. */
  advanceTo(untilMs: number): Promise<void>
  /** The same, but ends as soon as the condition does not hold any more. */
  advanceWhile(condition: () => boolean, untilMs: number): Promise<void>
  /** Runs everything until nothing is left, or the instant has come. */
  drain(untilMs: number): Promise<void>
}

export interface Appointment {
  readonly atMs: number
  readonly order: number
  run: (() => void) | undefined
}

export function createTimeline(): Timeline {
  const heap: Appointment[] = []
  let nowMs = 0
  let order = 0
  let held: Promise<unknown> | undefined

  async function settle(): Promise<void> {
    await turn()
    while (held !== undefined) {
      const work = held
      held = undefined
      await work
      await turn()
    }
  }

  async function runWhile(condition: () => boolean, untilMs: number): Promise<void> {
    await settle()
    for (let next = heap[0]; next !== undefined && next.atMs <= untilMs && condition(); next = heap[0]) {
      removeFirst(heap)
      const { run } = next
      if (run === undefined) continue
      nowMs = next.atMs
      run()
      await settle()
    }
  }

  return {
    get nowMs() {
      return nowMs
    },
    after(delayMs, run) {
      const appointment: Appointment = { atMs: nowMs + Math.max(0, delayMs), order: order++, run }
      insert(heap, appointment)
      return appointment
    },
    hold(work) {
      held = held === undefined ? work : Promise.all([held, work])
    },
    async advanceTo(untilMs) {
      await runWhile(always, untilMs)
      nowMs = Math.max(nowMs, untilMs)
    },
    async advanceWhile(condition, untilMs) {
      await runWhile(condition, untilMs)
      if (condition()) nowMs = Math.max(nowMs, untilMs)
    },
    drain: (untilMs) => runWhile(always, untilMs),
  }
}

function always(): boolean {
  return true
}

/** A whole turn of the event loop: every promise that can go on has gone on by then. */
function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}

function isEarlier(a: Appointment, b: Appointment): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}

function insert(heap: Appointment[], appointment: Appointment): void {
  let at = heap.push(appointment) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!isEarlier(heap[at]!, heap[parent]!)) return
    swap(heap, at, parent)
    at = parent
  }
}

function removeFirst(heap: Appointment[]): void {
  const last = heap.pop()!
  if (heap.length === 0) return
  heap[0] = last
  for (let at = 0; ;) {
    const left = 2 * at + 1
    const right = left + 1
    let least = at
    if (left < heap.length && isEarlier(heap[left]!, heap[least]!)) least = left
    if (right < heap.length && isEarlier(heap[right]!, heap[least]!)) least = right
    if (least === at) return
    swap(heap, at, least)
    at = least
  }
}

function swap(heap: Appointment[], a: number, b: number): void {
  const kept = heap[a]!
  heap[a] = heap[b]!
  heap[b] = kept
}
