/** Told of the way of a body. */
export interface PassOnSteps {
  /** The next piece is waited for. */
  asked(): void
  /** It came, or the end did. Throws to break the body off. */
  came(bytes?: number): void
  /** Nothing more will come: the end came, the body broke off, or nobody wants it any more. */
  ended(): void
}

/**
 * Passes a body on as it is asked for. What breaks it off is told without the words of the layers below: the server
 * writes them into what it had not sent yet, and onto the console.
 */
export function passOn(body: ReadableStream<Uint8Array>, steps: PassOnSteps): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream({
    async pull(controller) {
      try {
        steps.asked()
        const { done, value } = await reader.read()
        steps.came(value?.length)
        if (!done) return controller.enqueue(value)
        steps.ended()
        controller.close()
      } catch {
        steps.ended()
        reader.cancel().catch(() => undefined)
        controller.error(new Error('The body broke off.'))
      }
    },
    cancel(reason) {
      steps.ended()
      return reader.cancel(reason)
    },
  })
}
