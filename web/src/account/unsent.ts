import { t } from '@/i18n'
import type { Unsent } from './restart'

/** What only this phone has, a line for each sort. */
export function unsentLines(u: Unsent): string {
  return (['messages', 'evidence', 'texts'] as const).filter((k) => u[k]).map((k) => `· ${t(`mine.unsent_${k}`, { n: u[k] })}`).join('\n')
}
