import { openStore, type StoreSpec } from './open-store.ts'
import { startStoreProcess, type StoreProcess } from './store-process.ts'

/**
 * Lets 64 claimers in 4 processes, who all know the same version, claim at once, again and again. Gives the number of
 * winners of each round. `broken`: with a check and then a write, to show that this would be seen.
 */
export async function claimRounds(
  specs: readonly StoreSpec[],
  { rounds, broken }: { rounds: number; broken: boolean },
): Promise<number[]> {
  const claimers = Array.from({ length: 4 }, (): StoreProcess => startStoreProcess())
  const specOf = (at: number): StoreSpec => specs[at % specs.length]!
  const store = openStore(specOf(0))
  try {
    await store.write('grant', 'active', { ifVersion: null })
    const winners: number[] = []
    for (let round = 0; round < rounds; round++) {
      const ifVersion = (await store.read('grant')).entry?.version ?? ''
      const answers = await Promise.all(
        claimers.map((claimer, at) => {
          const claim = (n: number) => ['write', 'grant', `${round}/${at}/${n}`, { ifVersion }] as const
          return claimer.run(
            specOf(at),
            Array.from({ length: 16 }, (_, n) => claim(n)),
            { broken },
          )
        }),
      )
      const won = answers.flat().filter((answer) => answer !== 'conflict')
      const { entry } = await store.read('grant')
      if (!won.some((answer) => isWrite(answer) && answer.version === entry?.version)) {
        throw new Error('The entry is not that of a winner.')
      }
      winners.push(won.length)
    }
    return winners
  } finally {
    await store.close()
    await Promise.all(claimers.map((claimer) => claimer.kill()))
  }
}

function isWrite(answer: unknown): answer is { readonly version: string } {
  return typeof answer === 'object' && answer !== null && 'version' in answer
}
