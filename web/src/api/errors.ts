import type { ErrorBody } from './types'

/** A refusal by the server, or (code `offline`) no answer at all. `text` comes from the server in the person's language. */
export class ApiError extends Error {
  readonly code: string
  readonly text: string
  readonly status: number
  readonly field: string
  readonly retryAfterS: number

  constructor(body: Partial<ErrorBody> & { code: string }, status = 0) {
    super(body.code)
    this.code = body.code
    this.text = body.text ?? ''
    this.status = status
    this.field = body.field ?? ''
    this.retryAfterS = body.retry_after_s ?? 0
  }
}

export const OFFLINE = 'offline'

export function codeOf(err: unknown): string {
  return err instanceof ApiError ? err.code : 'internal'
}

/** Whether the same request may succeed later without anybody changing it: also after the person has switched to the capacity in which they stand in the case. */
export function passes(err: unknown): boolean {
  return [OFFLINE, 'internal', 'unavailable', 'too_slow', 'too_many', 'upload_unfinished', 'other_capacity'].includes(codeOf(err))
}
