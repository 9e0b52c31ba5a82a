import { cases, files } from '@/api/calls'
import { ApiError, codeOf, OFFLINE } from '@/api/errors'
import { restLang } from '@/api/rest'
import type { Socket } from '@/api/socket'
import type { ErrorBody } from '@/api/types'
import type { Carrier } from './outbox'

const CHUNK = 4 << 20

/** Carries the outbox over the socket, and by plain requests while there is none. */
export function carrier(socket: Socket): Carrier {
  return {
    async send(item, body) {
      const { case: id, thread, kind } = item
      if (socket.state === 'open') {
        try {
          const ack = await socket.request({ t: 'send', case: id, thread, event: item.id, kind, body })
          return { seq: Number(ack.seq), at: Number(ack.at) }
        } catch (err) {
          // Without an answer nobody knows whether it arrived; the same id asked again gives the same answer.
          if (codeOf(err) !== OFFLINE) throw err
        }
      }
      return cases.send(id, thread, item.id, kind, body)
    },
    attachment: (upload) => files.attachment(upload),
    async upload(item, blob, address, part) {
      const { Upload } = await import('tus-js-client').catch(() => Promise.reject(new ApiError({ code: OFFLINE })))
      return new Promise<string>((resolve, reject) => {
        const up = new Upload(blob as File, {
          endpoint: '/api/v1/uploads/',
          uploadUrl: item.upload ?? null,
          chunkSize: CHUNK,
          retryDelays: null,
          storeFingerprintForResuming: false,
          metadata: {
            filename: item.file?.name ?? '',
            filetype: item.file?.type || blob.type || 'application/octet-stream',
            kind: item.kind,
          },
          headers: { 'Accept-Language': restLang() },
          onUploadUrlAvailable: () => {
            if (up.url && up.url !== item.upload) void address(up.url)
          },
          onProgress: (sent, total) => part(total ? sent / total : 0),
          onSuccess: () => resolve(uploadId(up.url ?? item.upload ?? '')),
          onError: (err) => reject(refusal(err, Boolean(item.upload))),
        })
        up.start()
      })
    },
  }
}

function uploadId(url: string): string {
  return decodeURIComponent(url.replace(/[?#].*$/, '').replace(/\/+$/, '').split('/').pop() ?? '')
}

function refusal(err: unknown, resumed: boolean): ApiError {
  const res = (err as { originalResponse?: { getStatus(): number; getBody(): string } | null }).originalResponse
  const status = res?.getStatus() ?? 0
  if (!res || status === 0) return new ApiError({ code: OFFLINE })
  if (resumed && (status === 404 || status === 410)) return new ApiError({ code: 'upload_gone' }, status)
  try {
    const body = JSON.parse(res.getBody()) as ErrorBody
    if (body.code) return new ApiError(body, status)
  } catch {
    // tus answers in plain text where the contract's error body doesn't reach.
  }
  if (status === 401) return new ApiError({ code: 'unauthenticated' }, status)
  if (status === 413) return new ApiError({ code: 'too_large' }, status)
  if (status === 415) return new ApiError({ code: 'bad_file_type' }, status)
  if (status === 403) return new ApiError({ code: 'forbidden' }, status)
  return new ApiError({ code: status >= 500 || status === 423 || status === 409 ? 'unavailable' : 'invalid' }, status)
}
