import { ApiError, OFFLINE } from './errors'
import { BASE, restLang } from './rest'
import type { ErrorBody } from './types'

/** How long pictures may take on a bad network, as the server sees it. */
const SEND_MS = 240_000

/** Sends what takes long, and tells how much of it has gone (0 to 1). */
export function sendSlowly<T>(method: 'PUT' | 'POST', path: string, body: Blob | string, type: string, part: (n: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const x = new XMLHttpRequest()
    const lost = () => reject(new ApiError({ code: OFFLINE }))
    x.open(method, BASE + path)
    x.timeout = SEND_MS
    x.setRequestHeader('Content-Type', type)
    x.setRequestHeader('Accept-Language', restLang())
    x.upload.onprogress = (e) => e.lengthComputable && part(e.loaded / e.total)
    x.onerror = x.ontimeout = x.onabort = lost
    x.onload = () => {
      let data: unknown
      try {
        data = JSON.parse(x.responseText)
      } catch {
        data = undefined // something between us and the server answered in its place
      }
      if (x.status < 300 && data) return resolve(data as T)
      const e = data as ErrorBody | undefined
      reject(new ApiError(e?.code ? e : { code: x.status >= 500 ? 'unavailable' : 'internal' }, x.status))
    }
    x.send(body)
  })
}
