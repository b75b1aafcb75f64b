/** How many histories each run of the tests plays; `pnpm simulation:deep` plays a million. */
export const quickHistories = 1_000
