import { lang } from '@/i18n'

/** Money is counted in 分 and typed in 元. */
export function toFen(text: string): number | undefined {
  const plain = text.replace(/[,，\s]/g, '')
  if (!/^\d{1,12}(\.\d{1,2})?$/.test(plain)) return undefined
  const [whole, part = ''] = plain.split('.')
  return Number(whole) * 100 + Number(part.padEnd(2, '0'))
}

/** For a field: 1234.5 元 as `1234.50`, whole ones without a point. */
export function yuanField(fen: number | undefined): string {
  if (fen === undefined) return ''
  return fen % 100 ? (fen / 100).toFixed(2) : String(fen / 100)
}

/** For reading: `12,345.60元`. */
export function yuan(fen: number): string {
  const text = (fen / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  return lang() === 'zh' ? `${text}元` : `CNY ${text}`
}
