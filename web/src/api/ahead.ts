/** Holds what the script in index.html has asked for, by address. */
const page = globalThis as { askedAhead?: Record<string, Promise<Response>> }

/** Gives, once, the answer that was asked for before the program was here; undefined where there is none. */
export async function takeAhead(address: string, signal: AbortSignal): Promise<Response | undefined> {
  const answer = page.askedAhead?.[address]
  if (!answer) return undefined
  delete page.askedAhead![address]
  const givenUp = new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined)))
  return Promise.race([answer.catch(() => undefined), givenUp])
}

/** What was asked for before somebody signed in or out is no longer true. */
export function dropAhead() {
  delete page.askedAhead
}
