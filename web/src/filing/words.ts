import type { FilingLine, FilingOption, FilingState, Values, FilingKind } from '@/api/filings'
import { t } from '@/i18n'
import { inLang } from '@/i18n/text'
import { ours, partiesOf } from './form'

export const toneOf = (s: FilingState) =>
  (({ submitted: 'gold', resubmitted: 'gold', correction_asked: 'red', accepted: 'green', refused: 'plain', withdrawn: 'plain', transferred: 'plain' }) as const)[s]

/** A day such as 2026-01-20 as people read it. */
export function day(text: string): string {
  const [y, m, d] = text.split('-').map(Number)
  return t('filing.day', { y, m: Number(m), d: Number(d) })
}

/** Until when the court answers, by the law. */
export function clockWords(f: Pick<FilingLine, 'clock'>): string {
  const { clock: c } = f
  if (!c.running) return ''
  if (c.over) return t('filing.clock_over', { day: day(c.last_day!) })
  return c.last_day ? t('filing.clock', { day: day(c.last_day), n: c.days }) : t('filing.clock_open', { n: c.days })
}

export const nameOf = (options: readonly FilingOption[], key: string) => inLang(options.find((o) => o.key === key)?.name)

/** What a draft is called: who, with whom. */
export function draftTitle(kind: FilingKind | undefined, values: Values): string {
  if (!kind) return ''
  const parties = partiesOf(kind, values)
  const some = (list: typeof parties) => {
    const names = list.map((p) => p.name?.trim()).filter(Boolean)
    return names.length > 1 ? t('filing.and_others', { name: names[0] }) : (names[0] ?? '')
  }
  const [a, b] = [some(parties.filter((p) => ours(kind, p))), some(parties.filter((p) => kind.standings.find((s) => s.key === p.standing)?.side === 'respondent'))]
  return a && b ? t('filing.with', { a, b }) : a || b
}
