import { until } from './run.mjs'

/** Writes something like a name across the pad, in strokes with the finger, and keeps it. */
export async function sign(page) {
  await page.getByRole('button', { name: '开始签名' }).click()
  const field = page.getByRole('img', { name: /签名区/ })
  await field.waitFor()
  await until('the ink is where the finger is', () => field.evaluate((c) => Math.abs(c.width - c.clientWidth * devicePixelRatio) < 1 && Math.abs(c.height - c.clientHeight * devicePixelRatio) < 1))
  const box = await field.boundingBox()
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y]
  for (const stroke of [[[0.8, 0.2], [0.4, 0.3], [0.7, 0.4]], [[0.6, 0.45], [0.3, 0.6], [0.8, 0.65], [0.5, 0.8]]]) {
    await page.mouse.move(...at(...stroke[0]))
    await page.mouse.down()
    for (const p of stroke) await page.mouse.move(...at(...p), { steps: 5 })
    await page.mouse.up()
  }
  await page.getByRole('button', { name: '完成' }).click()
}

/** A picture that stands for a signature, for the API: a PNG in base64. */
export const drawn = (page) =>
  page.evaluate(() => {
    const c = Object.assign(document.createElement('canvas'), { width: 200, height: 80 })
    c.getContext('2d').fillRect(20, 30, 100, 5)
    return c.toDataURL('image/png').split(',')[1]
  })
