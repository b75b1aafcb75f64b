/** Defines tests the way every runner does, without one: the runtimes share no test library. */
export interface Harness {
  describe(name: string, define: () => void): void
  it(name: string, run: () => Promise<void>, timeoutMs?: number): void
}

export interface TestResult {
  readonly name: string
  /** Absent: passed. */
  readonly problem?: string
}

interface Test {
  readonly name: string
  readonly run: () => Promise<void>
  readonly timeoutMs: number
}

/** Runs the tests one after another. A failure is a result; nothing rejects. */
export async function runTests(define: (harness: Harness) => void): Promise<readonly TestResult[]> {
  const results: TestResult[] = []
  for (const test of collectTests(define)) {
    const problem = await problemOf(test)
    results.push(problem === undefined ? { name: test.name } : { name: test.name, problem })
  }
  return results
}

function collectTests(define: (harness: Harness) => void): readonly Test[] {
  const tests: Test[] = []
  const groups: string[] = []
  define({
    describe(name, defineGroup) {
      groups.push(name)
      defineGroup()
      groups.pop()
    },
    it(name, run, timeoutMs = 20_000) {
      tests.push({ name: [...groups, name].join(' › '), run, timeoutMs })
    },
  })
  return tests
}

async function problemOf({ run, timeoutMs }: Test): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took longer than ${timeoutMs} ms.`)), timeoutMs)
  })
  try {
    await Promise.race([run(), late])
    return undefined
  } catch (error) {
    return describeError(error)
  } finally {
    clearTimeout(timer)
  }
}

function describeError(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? ` (cause: ${String(error.cause)})` : ''
  return String(error) + cause
}
