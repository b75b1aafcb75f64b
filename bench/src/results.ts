import os from 'node:os'

/** Writes the page RESULTS.md. */
export function writeResults(table: string): string {
  const [processor] = os.cpus()
  const machine = `${os.cpus().length} × ${processor?.model.trim() ?? 'unknown processor'}, ${os.platform()} ${os.arch()}`
  return `# Results

Written by \`npx -y pnpm@12 bench --write\` on ${machine}, Node ${process.versions.node}. [README.md](README.md) says how
each figure is taken and how each client is wired. Ratios of one run can be compared, absolute times of two machines
cannot.

${table}
`
}
