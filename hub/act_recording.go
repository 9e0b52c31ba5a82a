package hub

import (
	"cmp"
	"context"
	"encoding/json"
	"sync"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// ShareRecording lets a party or representative play a hearing's recording, or no longer.
type ShareRecording struct {
	CaseID, ID, Hearing, Seat, Reason string
	On                                bool
}

func (s ShareRecording) rule() rule {
	return rule{act: court.ActRecordingShare, caseID: s.CaseID, inRecord: true}
}

func (s ShareRecording) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.ShareRecording(ctx, store.RecordingShare{RoomAct: actor.roomAct(s.CaseID, s.ID), SharedBody: hearing.SharedBody{Hearing: s.Hearing, Seat: s.Seat, On: s.On, Reason: s.Reason}})
}

// RecordingView is a hearing's recording as somebody may play it. Times are Unix milliseconds.
type RecordingView struct {
	Title     string           `json:"title"`
	StartedAt int64            `json:"started_at"`
	EndedAt   int64            `json:"ended_at,omitempty"`
	Parts     []hearing.Span   `json:"parts" nullable:"false" doc:"what was recorded"`
	Gaps      []hearing.Gap    `json:"gaps" nullable:"false" doc:"what of the hearing was not, and why"`
	Files     []store.Recorded `json:"files" nullable:"false" doc:"with those that say who spoke, which can't be opened by themselves"`
	Spoke     []hearing.Spoke  `json:"spoke" nullable:"false" doc:"who speaks from when on; nobody where there are no seats"`
	Marks     []RecordingMark  `json:"marks" nullable:"false" doc:"what one jumps to"`
	Seats     []RecordedSeat   `json:"seats" nullable:"false"`
	Viewers   []string         `json:"viewers" nullable:"false" doc:"seats of parties and representatives that may play it"`
	Watermark string           `json:"watermark" doc:"to stand over the pictures: who plays it, and when"`
	Now       int64            `json:"now" doc:"the server's clock"`
}

// RecordedSeat names a seat of a recording.
type RecordedSeat struct {
	ID       string       `json:"id"`
	Role     hearing.Role `json:"role"`
	Name     string       `json:"name"`
	Standing string       `json:"standing"`
	Gone     bool         `json:"gone,omitempty"`
}

// RecordingMark is an event of the room while the hearing was held.
type RecordingMark struct {
	At      int64         `json:"at"`
	Kind    court.Kind    `json:"kind"`
	Seq     int64         `json:"seq"`
	Seat    string        `json:"seat,omitempty" doc:"whom it is about, or who gave the opinion"`
	Phase   hearing.Phase `json:"phase,omitempty"`
	Exhibit string        `json:"exhibit,omitempty"`
	Label   string        `json:"label,omitempty"`
	Page    int           `json:"page,omitempty"`
	On      bool          `json:"on,omitempty"`
	Reason  string        `json:"reason,omitempty"`
}

// ReadRecording opens the player. That somebody did is audited.
type ReadRecording struct{ CaseID, Hearing string }

func (r ReadRecording) rule() rule { return rule{act: court.ActRecordingPlay, caseID: r.CaseID} }

func (r ReadRecording) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (*RecordingView, error) {
	s, err := h.recorded(ctx, r.CaseID, r.Hearing, st)
	if err != nil {
		return nil, err
	}
	if err := h.notePlay(ctx, actor, r.Hearing, "", true); err != nil {
		return nil, err
	}
	now := h.now().UnixMilli()
	v := &RecordingView{Title: s.Title, StartedAt: s.StartedAt, EndedAt: s.EndedAt, Files: []store.Recorded{}, Marks: []RecordingMark{}, Seats: []RecordedSeat{},
		Viewers: append([]string{}, s.Viewers...), Now: now}
	files, err := h.store.Recordings(ctx, r.CaseID, r.Hearing)
	if err != nil {
		return nil, err
	}
	v.Files = append(v.Files, files...)
	spans, gaps := s.Timeline(coverage(files), now)
	v.Parts, v.Gaps = append([]hearing.Span{}, spans...), append([]hearing.Gap{}, gaps...)
	if v.Spoke, err = h.files.Speaking(ctx, files); err != nil {
		return nil, err
	}
	for i := range s.Seats {
		p := &s.Seats[i]
		v.Seats = append(v.Seats, RecordedSeat{p.ID, p.Role, p.Name, p.Standing, p.Gone})
	}
	if v.Watermark, err = h.store.MarkFor(ctx, r.CaseID, st.ParticipantID); err != nil {
		return nil, err
	}
	if s.StartedAt != 0 {
		end := now
		if s.EndedAt != 0 {
			end = s.EndedAt
		}
		events, err := h.store.RecordingMarks(ctx, r.CaseID, s.StartedAt, end)
		if err != nil {
			return nil, err
		}
		v.Marks = append(v.Marks, marksOf(r.Hearing, events)...)
	}
	return v, nil
}

// recorded gives a hearing whose recording the actor may play.
func (h *Hub) recorded(ctx context.Context, caseID, id string, st *court.Standing) (*hearing.State, error) {
	if h.files == nil {
		return nil, court.ErrUnavailable
	}
	s, err := h.hearingIn(ctx, caseID, id)
	if err == nil && !s.Plays(st.Role, st.ParticipantID) {
		err = court.ErrRecordingUnshared
	}
	return s, err
}

// coverage gives the time that the files of each part cover.
func coverage(files []store.Recorded) map[int]hearing.Span {
	all := map[int]hearing.Span{}
	for _, f := range files {
		if f.Media == hearing.MediumSpeaking {
			continue
		}
		s, known := all[f.Part]
		if !known || f.At < s.From {
			s.From = f.At
		}
		s.To = max(s.To, f.At+f.Duration)
		all[f.Part] = s
	}
	return all
}

// marksOf gives the marks of a hearing: events of its own, and opinions that were given meanwhile.
func marksOf(hearingID string, events []court.Event) (marks []RecordingMark) {
	for i := range events {
		e := &events[i]
		if e.Kind != court.KindOpinion && hearing.Of(e.Body) != hearingID {
			continue
		}
		m := RecordingMark{At: e.At, Kind: e.Kind, Seq: e.Seq}
		var b struct {
			Seat, Exhibit, Label, Reason string
			Phase                        hearing.Phase
			Page                         int
			On                           bool
		}
		if json.Unmarshal(e.Body, &b) != nil {
			continue
		}
		m.Seat, m.Phase, m.Exhibit, m.Label, m.Page, m.On = b.Seat, b.Phase, b.Exhibit, b.Label, b.Page, b.On
		switch e.Kind {
		case court.KindOpinion:
			m.Seat = e.By
		case court.KindHearingLeft, court.KindHearingPaused, court.KindHearingInterrupted:
			m.Reason = b.Reason
		}
		marks = append(marks, m)
	}
	return marks
}

// PlayRecording opens a file of a recording. That its beginning was fetched is audited, and so is any other part of it that somebody fetches without having done so lately. The caller closes it.
type PlayRecording struct {
	CaseID, Hearing, File string
	// Beginning: what is asked for begins with the first byte.
	Beginning bool
	// HeadOnly: the player asks about the file and doesn't get it.
	HeadOnly bool
}

func (p PlayRecording) rule() rule { return rule{act: court.ActRecordingPlay, caseID: p.CaseID} }

func (p PlayRecording) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (*File, error) {
	if _, err := h.recorded(ctx, p.CaseID, p.Hearing, st); err != nil {
		return nil, err
	}
	f, err := h.files.OpenRecorded(ctx, p.CaseID, p.Hearing, p.File)
	if err != nil {
		return nil, err
	}
	if !p.HeadOnly {
		if err := h.notePlay(ctx, actor, p.Hearing, p.File, p.Beginning); err != nil {
			f.Close()
			return nil, err
		}
	}
	return &File{ReadSeekCloser: f.Content, Name: f.Name, Type: f.Type}, nil
}

// VerifyRecording compares a file of a recording as it is stored with the hash in the record.
type VerifyRecording struct{ CaseID, Hearing, File string }

func (v VerifyRecording) rule() rule { return rule{act: court.ActRecordingPlay, caseID: v.CaseID} }

func (v VerifyRecording) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) (*store.RecordedHash, error) {
	if _, err := h.recorded(ctx, v.CaseID, v.Hearing, st); err != nil {
		return nil, err
	}
	return h.files.VerifyRecorded(ctx, v.CaseID, v.Hearing, v.File)
}

// Playing is audited so many times at once, and then one in so long; who plays on afterwards waits.
const (
	playsBurst = 400
	playsEvery = time.Second / 4
)

// plays remembers which files somebody has begun lately, on this node.
type plays struct {
	mu    sync.Mutex
	since map[[2]string]time.Time // by person and file
}

const (
	playLasts = time.Hour
	maxPlays  = 20_000
)

// lately reports whether the person has begun the file lately.
func (p *plays) lately(key [2]string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, ok := p.since[key]
	return ok && now.Sub(at) < playLasts
}

func (p *plays) begun(key [2]string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.since == nil || len(p.since) >= maxPlays {
		p.since = map[[2]string]time.Time{}
	}
	p.since[key] = now
}

// notePlay audits that somebody plays a file of a recording, or with no file opens the player (庭审录音录像规定 第十五条). It is on record before anything is given out.
func (h *Hub) notePlay(ctx context.Context, actor Actor, hearingID, file string, beginning bool) error {
	key, now := [2]string{actor.PersonID, cmp.Or(file, hearingID)}, h.now()
	if !beginning && h.plays.lately(key, now) {
		return nil
	}
	if err := h.playLimits.take(actor.PersonID, now); err != nil {
		return err
	}
	err := h.store.Note(ctx, store.By{PersonID: actor.PersonID, Address: actor.Address}, court.ActRecordingPlay, hearingID, file)
	if err == nil {
		h.plays.begun(key, now)
	}
	return err
}
