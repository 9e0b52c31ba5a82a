import { ApiError } from '@/api/errors'

/** Computes the SHA-256 of a file, in hex, beside the page's own work. */
export function sha256Of(blob: Blob): Promise<string> {
  const worker = new Worker(new URL('./sha256.worker.ts', import.meta.url), { type: 'module' })
  return new Promise<string>((resolve, reject) => {
    const lost = () => reject(new ApiError({ code: 'file_lost' }))
    worker.onmessage = ({ data }: MessageEvent<{ sha256?: string }>) => (data.sha256 ? resolve(data.sha256) : lost())
    worker.onerror = lost
    worker.postMessage(blob)
  }).finally(() => worker.terminate())
}
