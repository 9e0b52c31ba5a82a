package store

import (
	"context"

	"microcourt/store/court"
	"microcourt/store/court/application"
)

// applicationLists are the read models of applications, from events of the room and of bench threads.
var applicationLists = lists{applyApplication, forgetApplications, []listTable{
	{"application", "case_id = $1"},
	{"application_step", "application_id IN (SELECT id FROM application WHERE case_id = $1)"},
}}

func applyApplication(ctx context.Context, tx *Tx, ev *court.Event) error {
	var id string
	var err error
	set := func(what string, args ...any) error {
		_, err := tx.exec(ctx, "UPDATE application SET updated_at = $2, state = $3"+what+" WHERE id = $1", append([]any{id, ev.At}, args...)...)
		return err
	}
	switch ev.Kind {
	case court.KindApplication:
		err = applyAs(ev, func(b *applicationSaid) error {
			id = b.Application
			_, err := tx.exec(ctx, `INSERT INTO application (id, case_id, thread, seq, kind, party_id, by_id, by_court, state, at, deadline, late, updated_at)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $10)`,
				id, ev.CaseID, ev.Thread, ev.Seq, b.Kind, b.Party, ev.By, bit(b.ByCourt), string(application.Submitted), ev.At, b.Deadline, bit(b.Late))
			return err
		})
	case court.KindApplicationAnswered:
		err = applyAs(ev, func(b *answeredBody) error {
			id = b.Application
			return set(", decision = $4, reason = $5, until = $6", string(b.State), b.Decision, b.Reason, b.Until)
		})
	case court.KindApplicationSupplemented:
		err = applyAs(ev, func(b *applicationRef) error { id = b.Application; return set("", string(application.Submitted)) })
	case court.KindApplicationRevoked:
		err = applyAs(ev, func(b *applicationRef) error { id = b.Application; return set("", string(application.Revoked)) })
	default:
		return nil
	}
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO application_step (application_id, position, seq, kind, by_id, at, body)
		SELECT $1, COALESCE(MAX(position), 0) + 1, $2, $3, $4, $5, $6 FROM application_step WHERE application_id = $1`,
		id, ev.Seq, string(ev.Kind), ev.By, ev.At, string(ev.Body))
	return err
}

func forgetApplications(ctx context.Context, tx *Tx, caseID string, events []court.Event) error {
	ids, err := idsOf(events, court.KindApplication, func(b *applicationSaid) string { return b.Application })
	if err != nil {
		return err
	}
	const ofApplication = "application_id IN (SELECT id FROM application WHERE case_id = $1) OR application_id NOT IN (SELECT id FROM application)"
	return tx.forget(ctx, caseID, []removal{
		{"application_step", ofApplication, "application_id = $1", ids},
		{"application", ofCase, "id = $1", ids},
	})
}
