package demo

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// The case whose hearing begins now, with its lobby open, and the one with a hearing in five days.
const (
	heardNow   = "（2025）浙9901民初1536号"
	heardLater = "（2025）浙9901行初17号"
)

func hearingID(what string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("microcourt demo hearing "+what)).String()
}

// hearingSteps schedule both. The first was made known two days before only, so its parties have waived three days' notice.
func (s *seeder) hearingSteps() []step {
	now := s.begin.Add(history)
	y, m, d := now.In(time.FixedZone("CST", 8*60*60)).AddDate(0, 0, 5).Date()
	later := time.Date(y, m, d, 1, 30, 0, 0, time.UTC) // half past nine in China
	all := []step{
		{1500, "a hearing now", s.hear("judge.li", heardNow, now.Add(10*time.Minute), true)},
		{1560, "a hearing later", s.hear("clerk.sun", heardLater, later, false)},
		{1590, "a witness and an observer", s.inviteGuests},
		{2870, "the lobby", func(ctx context.Context) error {
			actor, r, err := s.enter(ctx, "clerk.sun", heardNow)
			if err != nil {
				return err
			}
			list, err := hub.Do(ctx, s.hub, actor, hub.ListHearings{CaseID: r.id})
			if err != nil || list[0].Status != hearing.Scheduled {
				return err
			}
			_, err = hub.Do(ctx, s.hub, actor, hub.OpenHearing{CaseID: r.id, ID: hearingID("opened"), Hearing: list[0].ID})
			return err
		}},
	}
	for i, who := range []string{"周涛", "陈静", "刘洋"} {
		all = append(all, step{1520 + 10*i, "waiver, " + who, func(ctx context.Context) error {
			actor, r, err := s.enter(ctx, who, heardNow)
			if err != nil {
				return err
			}
			list, err := hub.Do(ctx, s.hub, actor, hub.ListHearings{CaseID: r.id})
			if err != nil {
				return err
			}
			_, err = hub.Do(ctx, s.hub, actor, hub.WaiveHearingNotice{CaseID: r.id, ID: hearingID("waiver of " + who), Hearing: list[0].ID})
			return err
		}})
	}
	return all
}

// Who is a witness and who watches in the hearing that begins now.
const (
	witness  = "郑强"
	observer = "吴敏"
)

// inviteGuests summons the witness and lets the observer in.
func (s *seeder) inviteGuests(ctx context.Context) error {
	actor, r, err := s.enter(ctx, "clerk.sun", heardNow)
	if err != nil {
		return err
	}
	list, err := hub.Do(ctx, s.hub, actor, hub.ListHearings{CaseID: r.id})
	if err != nil {
		return err
	}
	for _, p := range People() {
		switch p.Name {
		case witness:
			_, err = hub.Do(ctx, s.hub, actor, hub.SummonWitness{CaseID: r.id, ID: hearingID("witness"), Hearing: list[0].ID, Name: p.Name, Phone: p.Phone})
		case observer:
			_, err = hub.Do(ctx, s.hub, actor, hub.InviteObserver{CaseID: r.id, Hearing: list[0].ID, Name: p.Name, Phone: p.Phone})
		}
		if err != nil && !errors.Is(err, court.ErrGuestKnown) { // another node that is started at the same time was faster
			return err
		}
	}
	return nil
}

// hear has somebody of the court schedule a public trial.
func (s *seeder) hear(who, docket string, at time.Time, short bool) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		actor, r, err := s.enter(ctx, who, docket)
		if err != nil {
			return err
		}
		checklist := map[hearing.Question]bool{}
		for _, q := range hearing.Questions {
			checklist[q] = false
		}
		_, err = hub.Do(ctx, s.hub, actor, hub.ScheduleHearing{CaseID: r.id, ID: hearingID(docket), Hearing: store.NewHearing{
			Title: "第一次开庭", Type: hearing.Trial, Mode: hearing.Synchronous, At: at.UnixMilli(), Minutes: 90, Public: true, Short: short, Checklist: checklist}})
		if errors.Is(err, court.ErrIDReused) { // another node that is started at the same time was faster: its hearing begins at another moment
			return nil
		}
		return err
	}
}

// heard reports whether the lobby was opened.
func (s *seeder) heard(ctx context.Context) (bool, error) {
	r, err := s.room(ctx, heardNow)
	if err != nil {
		return false, err
	}
	list, err := s.store.Hearings(ctx, r.id)
	return len(list) > 0 && list[0].Status != hearing.Scheduled, err
}
