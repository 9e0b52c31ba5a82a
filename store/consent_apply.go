package store

import (
	"context"

	"microcourt/store/court"
	"microcourt/store/court/consent"
)

// consentLists are the read models of consent to stages online, from events of the room.
var consentLists = lists{applyConsent, func(ctx context.Context, tx *Tx, caseID string, _ []court.Event) error {
	return tx.forget(ctx, caseID, []removal{{"consent", ofCase, "", nil}})
}, []listTable{{"consent", "case_id = $1"}}}

func applyConsent(ctx context.Context, tx *Tx, ev *court.Event) error {
	switch ev.Kind {
	case court.KindConsentDeclared:
		return applyAs(ev, func(b *declaredBody) error {
			for stage, agree := range b.Stages {
				state := consent.Refused
				if agree {
					state = consent.Agreed
				}
				_, err := tx.exec(ctx, `INSERT INTO consent (case_id, party_id, stage, agreed, by_id, by_court, version, sha256, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
					ON CONFLICT (case_id, party_id, stage) DO UPDATE SET agreed = excluded.agreed, by_id = excluded.by_id, by_court = excluded.by_court,
					version = excluded.version, sha256 = excluded.sha256, at = excluded.at`,
					ev.CaseID, b.Party, string(stage), string(state), ev.By, bit(b.ByCourt), b.Version, b.SHA256, ev.At)
				if err != nil {
					return err
				}
			}
			return nil
		})
	case court.KindStagesTransferred:
		return applyAs(ev, func(b *transferredBody) error { return tx.applyTransfer(ctx, ev, b) })
	case court.KindHearingOffline:
		return applyAs(ev, func(b *offlineBody) error { return tx.applyTransfer(ctx, ev, &b.Transferred) })
	case court.KindApplicationAnswered:
		return applyAs(ev, func(b *answeredBody) error {
			if b.Transferred == nil {
				return nil
			}
			return tx.applyTransfer(ctx, ev, b.Transferred)
		})
	}
	return nil
}

func (tx *Tx) applyTransfer(ctx context.Context, ev *court.Event, b *transferredBody) error {
	for _, party := range b.Parties {
		for _, stage := range b.Stages {
			_, err := tx.exec(ctx, `INSERT INTO consent (case_id, party_id, stage, offline, offline_by, offline_at, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)
				ON CONFLICT (case_id, party_id, stage) DO UPDATE SET offline = excluded.offline, offline_by = excluded.offline_by, offline_at = excluded.offline_at, reason = excluded.reason`,
				ev.CaseID, party, string(stage), bit(b.Offline), ev.By, ev.At, b.Reason)
			if err != nil {
				return err
			}
		}
	}
	return nil
}
