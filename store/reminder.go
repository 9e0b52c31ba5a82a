package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"microcourt/store/court"
)

// What people are reminded of by text message.
const (
	RemindDocument = "document" // something was served on them
	RemindDeadline = "deadline" // the time for evidence, or for opinions, ends within DeadlineNotice
	RemindHearing  = "hearing"  // a hearing begins within a day, and once more within an hour
)

// Bounds of reminders.
const (
	// DeadlineNotice is how long before a deadline people are reminded of it.
	DeadlineNotice = 24 * time.Hour
	// HearingNotice is how long before a hearing people are reminded of it for the last time.
	HearingNotice = time.Hour
	// remindWithin is how old a service may be to be reminded of: what waited longer, because text messages were not set up, isn't news.
	remindWithin = 24 * time.Hour
	// remindersPerDay bounds the text messages to one person in 24 hours.
	remindersPerDay = 5
	maxDueReminders = 100
)

// Reminder is a text message that is due.
type Reminder struct {
	Kind, About  string
	PersonID     string
	CaseID       string
	DocketNumber string // "" for who has a place in a hearing alone
	Deadline     int64  // Unix milliseconds: when it ends, or the hearing begins
	Lang         string
	Phone        string // in clear: for sending only
}

// unreminded: person f was not reminded of it yet.
func unreminded(kind, about string) string {
	return " NOT EXISTS (SELECT 1 FROM reminder r WHERE r.kind = '" + kind + "' AND r.about = " + about + " AND r.person_id = f.id) "
}

// DueReminders gives what people are to be reminded of now: those with a phone number, each thing once.
func (s *Store) DueReminders(ctx context.Context) ([]Reminder, error) {
	now := s.nowMS()
	rows, err := s.query(ctx, `SELECT 'document', v.id, f.id, v.case_id, c.docket_number, 0, f.lang, f.phone_enc
		FROM service v JOIN participant p ON p.id = v.participant_id AND p.removed_at IS NULL JOIN person f ON f.id = p.person_id JOIN court_case c ON c.id = v.case_id
		WHERE v.arrived_at > $1 AND v.opened_at = 0 AND v.confirmed_at = 0 AND f.phone_enc IS NOT NULL AND`+unreminded(RemindDocument, "v.id")+`ORDER BY v.arrived_at LIMIT $2`,
		now-remindWithin.Milliseconds(), maxDueReminders)
	due, err := collect(rows, err, s.scanReminder)
	if err != nil {
		return nil, err
	}
	// Of a party's deadline the party and who represents it are reminded; one's own deadline stands in place of that of all.
	const about = "d.case_id || '/' || d.party_id || '/' || d.deadline"
	rows, err = s.query(ctx, `SELECT 'deadline', `+about+`, f.id, d.case_id, c.docket_number, d.deadline, f.lang, f.phone_enc
		FROM evidence_deadline d JOIN court_case c ON c.id = d.case_id AND c.state = 'open'
		JOIN participant y ON y.case_id = d.case_id AND y.role = 'party' AND y.removed_at IS NULL
			AND (y.id = d.party_id OR d.party_id = '' AND NOT EXISTS (SELECT 1 FROM evidence_deadline o WHERE o.case_id = d.case_id AND o.party_id = y.id AND o.deadline > 0))
		JOIN participant p ON p.case_id = d.case_id AND p.removed_at IS NULL
			AND (p.id = y.id OR EXISTS (SELECT 1 FROM representation q WHERE q.participant_id = p.id AND q.for_participant = y.id))
		JOIN person f ON f.id = p.person_id
		WHERE d.deadline > $1 AND d.deadline <= $2 AND f.phone_enc IS NOT NULL AND`+unreminded(RemindDeadline, about)+`ORDER BY d.deadline LIMIT $3`,
		now, now+DeadlineNotice.Milliseconds(), maxDueReminders)
	deadlines, err := collect(rows, err, s.scanReminder)
	if err != nil {
		return nil, err
	}
	const window = "'exchange/' || x.id || '/' || x.ends_at"
	rows, err = s.query(ctx, `SELECT 'deadline', `+window+`, f.id, x.case_id, c.docket_number, x.ends_at, f.lang, f.phone_enc
		FROM exchange x JOIN court_case c ON c.id = x.case_id AND c.state = 'open'
		JOIN participant p ON p.case_id = x.case_id AND p.role IN ('party', 'representative') AND p.removed_at IS NULL JOIN person f ON f.id = p.person_id
		WHERE x.closed_at = 0 AND x.ends_at > $1 AND x.ends_at <= $2 AND f.phone_enc IS NOT NULL AND`+unreminded(RemindDeadline, window)+`ORDER BY x.ends_at LIMIT $3`,
		now, now+DeadlineNotice.Milliseconds(), maxDueReminders)
	windows, err := collect(rows, err, s.scanReminder)
	if err != nil {
		return nil, err
	}
	hearings, err := s.dueHearings(ctx, now)
	return append(append(append(due, deadlines...), windows...), hearings...), err
}

// dueHearings gives who is to be reminded of hearings: parties, representatives, and the hearing's own witnesses and observers.
func (s *Store) dueHearings(ctx context.Context, now int64) (due []Reminder, err error) {
	for _, span := range []struct {
		name     string
		from, to time.Duration
	}{{"hour", 0, HearingNotice}, {"day", HearingNotice, DeadlineNotice}} {
		about := "h.id || '/' || h.at || '/" + span.name + "'"
		rows, err := s.query(ctx, `SELECT 'hearing', `+about+`, f.id, h.case_id, w.docket_number, h.at, f.lang, f.phone_enc
			FROM hearing h JOIN (
				SELECT p.case_id AS of_case, '' AS of_hearing, p.person_id AS who, c.docket_number FROM participant p JOIN court_case c ON c.id = p.case_id
					WHERE p.role IN ('party', 'representative') AND p.removed_at IS NULL AND p.person_id IS NOT NULL
				UNION ALL SELECT '', g.hearing_id, g.person_id, '' FROM hearing_guest g WHERE g.removed_at = 0
			) w ON w.of_case = h.case_id OR w.of_hearing = h.id
			JOIN person f ON f.id = w.who
			WHERE h.status IN ('scheduled', 'open', 'adjourned') AND h.at > $1 AND h.at <= $2 AND f.phone_enc IS NOT NULL AND`+unreminded(RemindHearing, about)+`ORDER BY h.at LIMIT $3`,
			now+span.from.Milliseconds(), now+span.to.Milliseconds(), maxDueReminders)
		list, err := collect(rows, err, s.scanReminder)
		if err != nil {
			return nil, err
		}
		due = append(due, list...)
	}
	return due, nil
}

func (s *Store) scanReminder(r *sql.Rows) (m Reminder, err error) {
	var phone []byte
	if err = r.Scan(&m.Kind, &m.About, &m.PersonID, &m.CaseID, &m.DocketNumber, &m.Deadline, &m.Lang, &phone); err == nil {
		m.Phone, err = s.keys.Open(phone)
	}
	return m, err
}

// ClaimReminder notes that a reminder is being sent, by one node once; false where another did, or where the person has got as many as anybody should: then it is
// not sent at all.
func (s *Store) ClaimReminder(ctx context.Context, m Reminder) (claimed bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		claimed = false
		var one, sent int
		if err := tx.row(ctx, "SELECT 1 FROM person WHERE id = $1"+tx.lock, m.PersonID).Scan(&one); err != nil {
			return err
		}
		err := tx.row(ctx, "SELECT COUNT(*) FROM reminder WHERE person_id = $1 AND state <> 'held' AND at > $2", m.PersonID, tx.now-24*time.Hour.Milliseconds()).Scan(&sent)
		if err != nil {
			return err
		}
		state := "sending"
		if sent >= remindersPerDay {
			state = "held"
		}
		n, err := tx.exec(ctx, "INSERT INTO reminder (kind, about, person_id, case_id, state, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
			m.Kind, m.About, m.PersonID, m.CaseID, state, tx.now)
		claimed = n > 0 && state == "sending"
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = court.ErrNotFound
	}
	return claimed, err
}

// ReminderSent notes what became of a reminder: sent or failed. One that failed is not tried again: the phone shows what is new when it is opened.
func (s *Store) ReminderSent(ctx context.Context, m Reminder, ok bool) error {
	state := "failed"
	if ok {
		state = "sent"
	}
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, "UPDATE reminder SET state = $4 WHERE kind = $1 AND about = $2 AND person_id = $3", m.Kind, m.About, m.PersonID, state)
		return err
	})
}
