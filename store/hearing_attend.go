package store

import (
	"context"
	"time"

	"microcourt/store/court"
	"microcourt/store/court/consent"
	"microcourt/store/court/hearing"
)

// HearingEntry is that somebody comes in.
type HearingEntry struct {
	RoomAct    `json:"-"`
	Hearing    string        `json:"hearing"`
	Discipline string        `json:"-"` // version of the notice that must have been accepted
	CodeAge    time.Duration `json:"-"` // how long ago the phone's code may have been answered
}

// EnterHearing brings somebody into the lobby; judges and clerks, and who was only cut off, into the room. Errors, in this order: court.ErrNotFound,
// ErrHearingOver, ErrHearingNotOpen, ErrHearingRemoved, ErrStageOffline, ErrDisciplineRequired, ErrReverification.
func (s *Store) EnterHearing(ctx context.Context, n HearingEntry) (Appended, error) {
	return s.ownSeatAct(ctx, n.RoomAct, n.Hearing, court.KindHearingEntered, n, func(ctx context.Context, x *acting) (any, error) {
		st, err := x.hearing(ctx, n.Hearing)
		if err != nil {
			return nil, err
		}
		lacks, code, err := entryLacks(ctx, x, EntryQuestion{CaseID: x.CaseID, PersonID: x.PersonID, SessionID: x.SessionID, Standing: x.st, Hearing: st, Entry: n}, x.at)
		if err != nil {
			return nil, err
		}
		if len(lacks) > 0 {
			return nil, lacks[0]
		}
		b := hearing.EnteredBody{Hearing: st.ID, Seat: x.st.ParticipantID, CodeAt: code}
		if !x.st.Role.OfCourt() {
			b.Rules = n.Discipline
		}
		if p := st.Seat(b.Seat); p != nil {
			b.Role, b.Name, b.Standing = p.Role, p.Name, p.Standing
			return b, nil
		}
		if len(st.Seats) >= hearing.MaxSeats {
			return nil, court.ErrTooLarge
		}
		err = x.row(ctx, "SELECT role, name, standing FROM participant WHERE id = $1", b.Seat).Scan(&b.Role, &b.Name, &b.Standing)
		return b, err
	})
}

// EntryQuestion asks what stands between somebody and a hearing's lobby. Standing is the person's in the case.
type EntryQuestion struct {
	CaseID, PersonID, SessionID string
	Standing                    *court.Standing
	Hearing                     *hearing.State
	Entry                       HearingEntry // Discipline and CodeAge
	Statement                   bool         // it is asked for a statement in a hearing that each attends at its own time
}

// EntryLacks gives all that stands between somebody and the lobby, in the order in which it is to be dealt with, and when the phone's code was answered.
func (s *Store) EntryLacks(ctx context.Context, q EntryQuestion) (lacks []*court.Error, code int64, err error) {
	return entryLacks(ctx, s, q, s.nowMS())
}

func entryLacks(ctx context.Context, db queryer, q EntryQuestion, now int64) (lacks []*court.Error, code int64, err error) {
	switch p := q.Hearing.Seat(q.Standing.ParticipantID); {
	case q.Hearing.Status.Over():
		return []*court.Error{court.ErrHearingOver}, 0, nil
	case q.Hearing.Mode == hearing.Asynchronous && !q.Statement:
		return []*court.Error{court.ErrHearingMode}, 0, nil
	case !q.Hearing.Status.Entered():
		lacks = append(lacks, court.ErrHearingNotOpen)
	case p != nil && p.Presence == hearing.Removed:
		lacks = append(lacks, court.ErrHearingRemoved)
	}
	if q.Standing.Role.OfCourt() {
		return lacks, 0, nil
	}
	switch {
	case q.Standing.Role == court.RoleObserver && !q.Hearing.Public:
		lacks = append(lacks, court.ErrHearingPrivate)
	case !q.Standing.Role.Guest():
		online, err := attendsOnline(ctx, db, q.CaseID, q.Standing, hearing.Stage(q.Hearing.Type, q.Hearing.Mode))
		if err != nil {
			return nil, 0, err
		}
		if !online {
			lacks = append(lacks, court.ErrStageOffline)
		}
	}
	accepted, err := acceptedAt(ctx, db, q.CaseID, q.PersonID, court.NoticeHearing, q.Entry.Discipline)
	if err != nil {
		return nil, 0, err
	}
	if accepted == 0 {
		lacks = append(lacks, court.ErrDisciplineRequired)
	}
	if code, err = codeAt(ctx, db, q.SessionID); err != nil {
		return nil, 0, err
	}
	if now-code > q.Entry.CodeAge.Milliseconds() {
		lacks = append(lacks, court.ErrReverification)
	}
	return lacks, code, nil
}

// attendsOnline reports whether a party, or one of those that a representative acts for, attends online: has not refused the stage, nor been moved to the court.
func attendsOnline(ctx context.Context, q queryer, caseID string, who *court.Standing, stage consent.Stage) (bool, error) {
	parties, err := evidenceParties(ctx, q, caseID)
	if err != nil {
		return false, err
	}
	mine, err := actsFor(ctx, q, caseID, who, parties)
	for _, party := range mine {
		if err != nil {
			return false, err
		}
		var state consent.State
		if state, err = consentOf(ctx, q, caseID, party, stage); err == nil && state.Chosen() == nil {
			return true, nil
		}
	}
	return false, err
}

// LeaveHearing takes the author out of the lobby or the room. Where a judge leaves a hearing that is in session it pauses.
func (s *Store) LeaveHearing(ctx context.Context, a RoomAct, hearingID string) (Appended, error) {
	asked := map[string]string{"hearing": hearingID}
	return s.ownSeatAct(ctx, a, hearingID, court.KindHearingLeft, asked, func(ctx context.Context, x *acting) (any, error) {
		st, err := x.hearing(ctx, hearingID)
		if err != nil {
			return nil, err
		}
		p := st.Seat(x.st.ParticipantID)
		if p == nil || !p.Presence.Connected() {
			return nil, court.ErrNotPresent
		}
		if p.Role == hearing.Judge && st.Sits() {
			x.after = func(ctx context.Context) error { return x.pause(ctx, x.CaseID, st.ID, p.ID, hearing.GoingLeft) }
		}
		return hearing.LeftBody{Hearing: st.ID, Seat: p.ID, Reason: hearing.GoingLeft}, nil
	})
}

// pause interrupts a hearing whose judge is gone: nobody hears or speaks until a judge resumes.
func (tx *Tx) pause(ctx context.Context, caseID, hearingID, seat string, why hearing.Going) error {
	return tx.appendSystem(ctx, caseID, court.RoomThread, court.KindHearingPaused, "", "", hearing.StepBody{Hearing: hearingID, Seat: seat, Reason: string(why)})
}

// DropSeat notes that the connection of a seat was lost, and pauses the hearing where it was a judge's. A seat that isn't connected stays as it is.
func (s *Store) DropSeat(ctx context.Context, hearingID, seat string) error {
	return s.noteHearing(ctx, hearingID, func(ctx context.Context, tx *Tx, caseID string, st *hearing.State) error {
		p := st.Seat(seat)
		if p == nil { // an observer, of whom the room knows nothing
			_, err := tx.exec(ctx, "UPDATE hearing_guest SET left_at = $3 WHERE id = $1 AND hearing_id = $2 AND role = 'observer' AND entered_at > left_at", seat, hearingID, tx.now)
			return err
		}
		if !p.Presence.Connected() {
			return nil
		}
		err := tx.appendSystem(ctx, caseID, court.RoomThread, court.KindHearingLeft, "", "", hearing.LeftBody{Hearing: st.ID, Seat: seat, Reason: hearing.GoingDropped})
		if err == nil && p.Role == hearing.Judge && p.Presence == hearing.Admitted && st.Sits() {
			err = tx.pause(ctx, caseID, st.ID, seat, hearing.GoingDropped)
		}
		return err
	})
}

// NoteRecording notes what became of a part of a hearing's recording. The same again changes nothing.
func (s *Store) NoteRecording(ctx context.Context, b hearing.RecordingBody) error {
	return s.noteHearing(ctx, b.Hearing, func(ctx context.Context, tx *Tx, caseID string, st *hearing.State) error {
		for _, r := range st.Recording {
			if r.Part == b.Part && (b.State == hearing.RecordingStarted || r.EndedAt != 0) {
				return nil
			}
		}
		return tx.appendSystem(ctx, caseID, court.RoomThread, court.KindHearingRecording, "", "", b)
	})
}

// NoteBreak notes how long the media of a hearing were interrupted.
func (s *Store) NoteBreak(ctx context.Context, b hearing.BreakBody) error {
	return s.noteHearing(ctx, b.Hearing, func(ctx context.Context, tx *Tx, caseID string, st *hearing.State) error {
		return tx.appendSystem(ctx, caseID, court.RoomThread, court.KindHearingInterrupted, "", "", b)
	})
}

// noteHearing lets the program itself put something into the room of a hearing, whose head is locked.
func (s *Store) noteHearing(ctx context.Context, hearingID string, note func(ctx context.Context, tx *Tx, caseID string, st *hearing.State) error) error {
	_, caseID, err := s.HearingState(ctx, hearingID)
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.lockHead(ctx, caseID, court.RoomThread); err != nil {
			return err
		}
		st, err := readHearing(tx.row(ctx, "SELECT state FROM hearing WHERE id = $1", hearingID))
		if err != nil {
			return err
		}
		return note(ctx, tx, caseID, st)
	})
}
