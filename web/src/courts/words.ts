import { t } from '@/i18n'

/** How far it is, as people say it. */
export function farWords(metres: number): string {
  if (metres < 950) return t('courts.metres', { n: Math.max(50, Math.round(metres / 50) * 50) })
  return t('courts.kilometres', { n: metres < 9950 ? (metres / 1000).toFixed(1) : Math.round(metres / 1000) })
}

/** What a phone dials: an extension is for the person to enter. */
export const dial = (phone: string) => `tel:${phone.split('转')[0]!.replace(/[^+0-9]/g, '')}`
