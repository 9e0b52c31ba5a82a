const SIDE = 320

/** A small picture of an image, or undefined where this browser can't read it. One at a time, so that memory holds only one large one. */
export async function thumbOf(blob: Blob): Promise<Blob | undefined> {
  try {
    const whole = await createImageBitmap(blob, { resizeWidth: SIDE, resizeQuality: 'medium' })
    const canvas = document.createElement('canvas')
    canvas.width = whole.width
    canvas.height = whole.height
    canvas.getContext('2d')?.drawImage(whole, 0, 0)
    whole.close()
    return await new Promise((resolve) => canvas.toBlob((b) => resolve(b ?? undefined), 'image/jpeg', 0.8))
  } catch {
    return undefined
  }
}
