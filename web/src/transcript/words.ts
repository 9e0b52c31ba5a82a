import type { Seat } from '@/api/hearings'
import { t } from '@/i18n'
import { standing } from '@/i18n/standing'

const called = (s: Seat) => (s.standing && standing(s.standing)) || t(`hearing.role_${s.role}`)

/** How a seat is called before what it says: by its standing, with the name where several have the same. */
export function speakerOf(seats: readonly Seat[], id: string | undefined): string {
  const s = seats.find((x) => x.id === id)
  if (!s) return ''
  const alike = seats.filter((x) => x.standing === s.standing && x.role === s.role).length > 1
  return alike ? `${called(s)} ${s.name}` : called(s)
}
