/** One question about several clients: a row of the table. */
export interface Measure {
  readonly id: string
  readonly text: string
  /** What Grantkit holds itself to. */
  readonly goal?: string
  /** The columns that need a figure. */
  readonly columns: readonly string[]
}

/** Measures one thing about every client it concerns. */
export interface Bench {
  readonly name: string
  readonly measures: readonly Measure[]
  run(run: Run): Promise<void>
}

/** What a bench works with, and where it puts what it finds. */
export interface Run {
  /** Little of everything, only to see that it works. */
  readonly quick: boolean
  record(measure: string, column: string, figure: string): void
  /** Writes down whether something holds that has to hold on any machine. */
  demand(what: string, holds: boolean): void
  /** Does a part of the work and tells whether it went well; where it breaks, the other parts still run. */
  attempt(what: string, work: () => Promise<void>): Promise<boolean>
  /** Attempts the same for each client: one after the other, or all at once in a quick run, where no time counts. */
  attemptEach<Client extends { readonly name: string }>(
    clients: readonly Client[],
    work: (client: Client) => Promise<void>,
  ): Promise<void>
}

/** What came of a run. */
export interface Report {
  readonly figures: Figures
  readonly passed: number
  readonly failures: readonly string[]
}

/** Figures by bench, measure and column. */
export type Figures = ReadonlyMap<string, string>

export const figureKey = (bench: string, measure: string, column: string): string => [bench, measure, column].join('\n')

/** Runs benches one after the other. A figure that is missing in the end is a failure, as is a demand that is not met. */
export async function runBenches(
  benches: readonly Bench[],
  { quick, say }: { quick: boolean; say: (text: string) => void },
): Promise<Report> {
  const figures = new Map<string, string>()
  const failures: string[] = []
  let passed = 0
  const check = (what: string, holds: boolean): void => {
    if (holds) passed += 1
    else failures.push(what)
  }
  for (const bench of benches) {
    const attempt: Run['attempt'] = async (what, work) => {
      say(`${bench.name}: ${what}`)
      try {
        await work()
        return true
      } catch (error) {
        failures.push(`${bench.name}: ${what}: ${textOf(error)}`)
        return false
      }
    }
    const attemptEach: Run['attemptEach'] = async (clients, work) => {
      const attempts = clients.map((client) => () => attempt(client.name, () => work(client)))
      if (quick) await Promise.all(attempts.map((begin) => begin()))
      else for (const begin of attempts) await begin()
    }
    const record: Run['record'] = (measure, column, figure) =>
      void figures.set(figureKey(bench.name, measure, column), figure)
    const demand: Run['demand'] = (what, holds) => check(`${bench.name}: ${what}`, holds)
    const startMs = performance.now()
    await attempt('begins', () => bench.run({ quick, record, demand, attempt, attemptEach }))
    say(`${bench.name}: took ${((performance.now() - startMs) / 1000).toFixed(1)} s`)
    for (const { id, columns } of bench.measures) {
      for (const column of columns) {
        check(`${bench.name}: no figure "${id}" for ${column}`, figures.has(figureKey(bench.name, id, column)))
      }
    }
  }
  return { figures, passed, failures }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
