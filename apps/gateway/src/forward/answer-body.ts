/**
 * Passes a body on as it is asked for. What breaks it off is told without the words of the layers below: the server
 * writes them into what it had not sent yet, and onto the console.
 */
export function toAnswerBody(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      } catch {
        controller.error(new Error('The answer of the API broke off.'))
      }
    },
    cancel: (reason) => reader.cancel(reason),
  })
}
