import type { Config, MessageKind } from '@/api/types'
import { ApiError } from '@/api/errors'

const LONGEST_SIDE = 2400

export interface Picked {
  kind: MessageKind
  blob: Blob
  name: string
  type: string
  width?: number
  height?: number
  durationMs?: number
}

/** Makes a message of a picked file. Pictures for the conversation are made smaller; everything else stays as it is. */
export async function prepare(file: File, as: 'media' | 'file', limits: Config['limits'] | undefined): Promise<Picked> {
  const base = { blob: file as Blob, name: file.name || 'file', type: file.type || 'application/octet-stream' }
  if (as === 'media' && file.type.startsWith('image/')) {
    const small = await shrink(file)
    check(small.size, limits?.image_bytes)
    return { ...base, kind: 'image', blob: small, type: small.type || base.type, ...(await measure(small)) }
  }
  if (as === 'media' && file.type.startsWith('video/')) {
    check(file.size, limits?.video_bytes)
    return { ...base, kind: 'video', ...(await length(file)) }
  }
  check(file.size, limits?.file_bytes)
  return { ...base, kind: 'file' }
}

function check(bytes: number, limit: number | undefined) {
  if (limit && bytes > limit) throw new ApiError({ code: 'too_large' })
  if (!bytes) throw new ApiError({ code: 'empty_file' })
}

async function shrink(file: File): Promise<Blob> {
  if (file.type === 'image/gif' || file.size < 300_000) return file
  const Compressor = await import('compressorjs').then((m) => m.default, () => null)
  if (!Compressor) return file // it can't be fetched without a network; the picture waits as it is
  return new Promise((resolve) => {
    new Compressor(file, {
      maxWidth: LONGEST_SIDE,
      maxHeight: LONGEST_SIDE,
      quality: 0.82,
      convertSize: 3_000_000,
      success: (b) => resolve(b.size < file.size ? b : file),
      error: () => resolve(file),
    })
  })
}

async function measure(blob: Blob): Promise<{ width?: number; height?: number }> {
  try {
    const bitmap = await createImageBitmap(blob)
    const { width, height } = bitmap
    bitmap.close()
    return { width, height }
  } catch {
    return {}
  }
}

function length(file: Blob): Promise<{ durationMs?: number; width?: number; height?: number }> {
  return new Promise((resolve) => {
    const url = URL.createObjectURL(file)
    const v = document.createElement('video')
    const end = (r: { durationMs?: number; width?: number; height?: number }) => {
      clearTimeout(timer)
      URL.revokeObjectURL(url)
      resolve(r)
    }
    const timer = setTimeout(() => end({}), 3000)
    v.preload = 'metadata'
    v.onloadedmetadata = () =>
      end({ ...(Number.isFinite(v.duration) ? { durationMs: Math.round(v.duration * 1000) } : {}), width: v.videoWidth, height: v.videoHeight })
    v.onerror = () => end({})
    v.src = url
  })
}
