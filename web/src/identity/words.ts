import { hasWords, lang, t } from '@/i18n'
import type { DocumentKind, Proofing } from '@/api/identity'

export function kindName(kinds: readonly DocumentKind[], key: string): string {
  const k = kinds.find((x) => x.key === key)
  return k ? (lang() === 'zh' ? k.zh : k.en) : t('proof.id_number')
}

export function methodName(method: string): string {
  return hasWords(`proof.method_${method}`) ? t(`proof.method_${method}`) : method
}

/** What whoever stands before the camera can do about a capture that wasn't taken for an answer. */
export function advice(reasons: readonly string[]): string {
  const has = (...codes: string[]) => codes.some((c) => reasons.includes(c))
  if (has('no_answer', 'unclear', 'too_bright')) return t('proof.advice_bright')
  if (has('dark')) return t('proof.advice_dark')
  if (has('too_few_frames', 'gaps', 'cut_short', 'broken_frames', 'late')) return t('proof.advice_slow')
  if (has('spliced', 'jumps')) return t('proof.advice_still')
  if (has('background_follows', 'flat')) return t('proof.advice_wall')
  return t('proof.advice')
}

export function reviewWhy(p: Proofing): string {
  return p.reason ? t(`proof.why_${p.reason}`) : ''
}
