export const draft = true
