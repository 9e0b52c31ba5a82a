import Compressor from 'compressorjs' // with the page: a photo is taken without a network too
import { ApiError } from '@/api/errors'

/** Letters on a document are read well from a picture of this size. */
const SIDES = [2400, 1800, 1400]
const MOST_BYTES = 2_000_000

/** Makes a JPEG of at most 2 MB of a photo, on the phone. */
export async function shrink(photo: Blob): Promise<Blob> {
  for (const side of SIDES) {
    const small = await new Promise<Blob>((resolve, reject) => {
      new Compressor(photo, { maxWidth: side, maxHeight: side, quality: 0.82, mimeType: 'image/jpeg', success: resolve, error: () => reject(new ApiError({ code: 'bad_file_type' })) })
    })
    if (small.size <= MOST_BYTES) return small
  }
  throw new ApiError({ code: 'too_large' })
}
