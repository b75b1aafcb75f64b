import { create, isAxiosError, type InternalAxiosRequestConfig } from 'axios'
import type { BenchClient } from '../client.ts'
import { installTokenFile, readTokens } from '../token-file.ts'
import { refreshByHand } from './refresh-by-hand.ts'

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export const client: BenchClient = {
  install: installTokenFile,
  async open(setup) {
    const transport = setup.fetch === undefined ? {} : { adapter: 'fetch', env: { fetch: setup.fetch } }
    const api = create(transport)
    let tokens = await readTokens(setup)
    let isRefreshing = false
    let waiting: Waiting[] = []

    api.interceptors.request.use((config) => {
      config.headers.set('authorization', `Bearer ${tokens.accessToken}`)
      return config
    })
    api.interceptors.response.use(undefined, async (error: unknown) => {
      const request = isAxiosError(error)
        ? (error.config as InternalAxiosRequestConfig & { retried?: boolean })
        : undefined
      if (!isAxiosError(error) || error.response?.status !== 401 || request === undefined || request.retried)
        throw error
      request.retried = true
      if (isRefreshing) {
        await new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }))
        return api(request)
      }
      isRefreshing = true
      try {
        tokens = await refreshByHand(setup, tokens)
        for (const { resolve } of waiting) resolve()
      } catch (failure) {
        for (const { reject } of waiting) reject(failure)
        throw failure
      } finally {
        isRefreshing = false
        waiting = []
      }
      return api(request)
    })
    return { call: async (url) => (await api.get(url)).status }
  },
}
