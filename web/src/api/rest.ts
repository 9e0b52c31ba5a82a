import { dropAhead, takeAhead } from './ahead'
import { ApiError, OFFLINE } from './errors'
import type { Lang } from './types'

export const BASE = '/api/v1'

type Query = Record<string, string | number | undefined>

let lang: Lang = 'zh'
let onSignedOut: () => void = () => {}
let onOtherCapacity: () => void = () => {}

export function setRestLang(l: Lang) {
  lang = l
}

export function restLang(): Lang {
  return lang
}

/** Names what is done when the server no longer knows the session. */
export function whenSignedOut(f: () => void) {
  onSignedOut = f
}

/** Names what is done when I stand in a case in another capacity than I use now. */
export function whenOtherCapacity(f: () => void) {
  onOtherCapacity = f
}

export function withQuery(path: string, query?: Query): string {
  const parts = new URLSearchParams()
  for (const [k, v] of Object.entries(query ?? {})) if (v !== undefined && v !== '') parts.set(k, String(v))
  const q = parts.toString()
  return BASE + path + (q ? `?${q}` : '')
}

async function ask<T>(method: string, path: string, body?: unknown, query?: Query): Promise<T> {
  let res: Response
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': lang }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), 20_000)
  try {
    const address = withQuery(path, query)
    if (path.startsWith('/auth/') && method !== 'GET') dropAhead()
    res = (await takeAhead(address, stop.signal)) ?? (await fetch(address, {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      body: body === undefined ? null : JSON.stringify(body),
      signal: stop.signal,
    }))
    const text = await res.text()
    const data: unknown = text ? JSON.parse(text) : undefined
    if (res.ok) return data as T
    throw refusal(res.status, data)
  } catch (err) {
    if (err instanceof ApiError) {
      if (err.code === 'unauthenticated') onSignedOut()
      if (err.code === 'other_capacity') onOtherCapacity()
      throw err
    }
    throw new ApiError({ code: OFFLINE })
  } finally {
    clearTimeout(timer)
  }
}

function refusal(status: number, data: unknown): ApiError {
  const body = data as { code?: unknown; text?: string; field?: string; retry_after_s?: number } | undefined
  if (body && typeof body.code === 'string') return new ApiError({ ...body, code: body.code }, status)
  // Something between us and the server answered in its place.
  return new ApiError({ code: status >= 500 ? 'unavailable' : 'internal' }, status)
}

export const rest = {
  get: <T>(path: string, query?: Query) => ask<T>('GET', path, undefined, query),
  post: <T>(path: string, body?: unknown) => ask<T>('POST', path, body ?? {}),
  put: <T>(path: string, body: unknown) => ask<T>('PUT', path, body),
  patch: <T>(path: string, body: unknown) => ask<T>('PATCH', path, body),
  del: <T>(path: string, body?: unknown) => ask<T>('DELETE', path, body),
}
