import { ApiError, OFFLINE } from '@/api/errors'
import { restLang } from '@/api/rest'
import type { ErrorBody } from '@/api/types'

const CHUNK = 4 << 20

/** What the court is told about a file, and where its unfinished upload goes on. */
export interface ToUpload {
  name: string
  type: string
  kind: string
  address?: string
}

/** Uploads from where it stopped (tus); tells the address where it can go on, and how much has arrived (0 to 1). Gives the upload's id. */
export async function upload(what: ToUpload, blob: Blob, address: (url: string) => Promise<void>, part: (p: number) => void): Promise<string> {
  const { Upload } = await import('tus-js-client').catch(() => Promise.reject(new ApiError({ code: OFFLINE })))
  return new Promise<string>((resolve, reject) => {
    const up = new Upload(blob as File, {
      endpoint: '/api/v1/uploads/',
      uploadUrl: what.address ?? null,
      chunkSize: CHUNK,
      retryDelays: null,
      storeFingerprintForResuming: false,
      metadata: { filename: what.name, filetype: what.type || 'application/octet-stream', kind: what.kind },
      headers: { 'Accept-Language': restLang() },
      onUploadUrlAvailable: () => {
        if (up.url && up.url !== what.address) void address(up.url)
      },
      onProgress: (sent, total) => part(total ? sent / total : 0),
      onSuccess: () => resolve(uploadId(up.url ?? what.address ?? '')),
      onError: (err) => reject(refusal(err, Boolean(what.address))),
    })
    up.start()
  })
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
