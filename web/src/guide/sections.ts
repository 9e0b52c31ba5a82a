import type { GuidePage } from '@/api/guide'

/** The headings under which pages stand, in order. */
export const sections: readonly GuidePage['section'][] = ['start', 'filing', 'evidence', 'hearing', 'service', 'fees', 'enforcement', 'other']
