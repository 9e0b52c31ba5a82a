package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// hearingRoutes are a case's hearings: their times and their life.
func (a *API) hearingRoutes() {
	const all, one = "/api/v1/cases/{case}/hearings", "/api/v1/cases/{case}/hearings/{hearing}"
	route(a, court.ActHearingRead, huma.Operation{Method: http.MethodGet, Path: all, OperationID: "list-hearings",
		Summary: "The case's hearings, the soonest first, what is over behind"}, a.listHearings)
	route(a, court.ActHearingRead, huma.Operation{Method: http.MethodGet, Path: one, OperationID: "read-hearing",
		Summary: "A hearing: who sits there, what I may do, what I lack to enter"}, a.readHearing)
	route(a, court.ActHearingRead, huma.Operation{Method: http.MethodGet, Path: one + "/calendar.ics", OperationID: "hearing-calendar",
		Summary: "The hearing for a calendar (iCalendar)", Responses: map[string]*huma.Response{"200": {Description: "The calendar file", Content: map[string]*huma.MediaType{
			"text/calendar": {Schema: &huma.Schema{Type: huma.TypeString}}}}}}, a.hearingCalendar)
	route(a, court.ActHearingReport, huma.Operation{Method: http.MethodGet, Path: one + "/attendance", OperationID: "read-attendance",
		Summary: "Who attended, for how long, and how each came and went"}, a.readAttendance)
	route(a, court.ActHearingReport, huma.Operation{Method: http.MethodGet, Path: one + "/attendance/document", OperationID: "print-attendance",
		Summary: "The same, printed (PDF)", Responses: pdfResponse("The report")}, a.printAttendance)
	route(a, court.ActHearingSchedule, huma.Operation{Method: http.MethodPost, Path: all, OperationID: "schedule-hearing",
		Summary: "Schedule a hearing online"}, a.scheduleHearing)
	route(a, court.ActHearingSchedule, huma.Operation{Method: http.MethodPut, Path: one + "/time", OperationID: "postpone-hearing",
		Summary: "Give it another time"}, a.postponeHearing)
	route(a, court.ActHearingWaive, huma.Operation{Method: http.MethodPost, Path: one + "/waivers", OperationID: "waive-hearing-notice",
		Summary: "Do without three days' notice of its time"}, a.waiveHearing)
	route(a, court.ActRecordingPropose, huma.Operation{Method: http.MethodPut, Path: one + "/replacement", OperationID: "propose-replacement",
		Summary: "Propose that the recording stands in place of the transcript, or take that back"}, a.proposeReplacement)
	route(a, court.ActRecordingAgree, huma.Operation{Method: http.MethodPost, Path: one + "/replacement/answers", OperationID: "answer-replacement",
		Summary: "Agree to that for a party, or decline; once"}, a.answerReplacement)
	route(a, court.ActHearingConduct, huma.Operation{Method: http.MethodPost, Path: one + "/opening", OperationID: "open-hearing",
		Summary: "Let people come into the lobby"}, a.openHearing)
	route(a, court.ActHearingPreside, huma.Operation{Method: http.MethodPost, Path: one + "/steps", OperationID: "step-hearing",
		Summary: "Start, adjourn, resume, close, cancel it, or move it offline"}, a.stepHearing)
	route(a, court.ActHearingPreside, huma.Operation{Method: http.MethodPut, Path: one + "/consultation", OperationID: "consult-hearing",
		Summary: "Begin or end a consultation of the bench"}, a.consultHearing)
	route(a, court.ActHearingConduct, huma.Operation{Method: http.MethodPut, Path: one + "/phase", OperationID: "set-hearing-phase",
		Summary: "Mark which step of the hearing begins"}, a.setHearingPhase)
	route(a, court.ActHearingConduct, huma.Operation{Method: http.MethodPut, Path: one + "/shown", OperationID: "show-exhibit",
		Summary: "Put a page of an exhibit on every screen, or take it away"}, a.showExhibit)
}

// HearingIn names a hearing of a case.
type HearingIn struct {
	CaseIn
	Hearing string `path:"hearing" maxLength:"64"`
}

type hearingsOut struct {
	Hearings []*hearing.State `json:"hearings" nullable:"false"`
}

func (a *API) listHearings(ctx context.Context, in *CaseIn) (*body[hearingsOut], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListHearings{CaseID: in.Case})
	if list == nil {
		list = []*hearing.State{}
	}
	return answer(hearingsOut{list}, err)
}

func (a *API) readHearing(ctx context.Context, in *HearingIn) (*body[*hub.HearingView], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadHearing{CaseID: in.Case, Hearing: in.Hearing}))
}

type calendarOut struct {
	ContentType  string `header:"Content-Type"`
	Disposition  string `header:"Content-Disposition"`
	CacheControl string `header:"Cache-Control"`
	Body         []byte
}

func (a *API) hearingCalendar(ctx context.Context, in *HearingIn) (*calendarOut, error) {
	text, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.HearingCalendar{CaseID: in.Case, Hearing: in.Hearing})
	return &calendarOut{"text/calendar; charset=utf-8", `attachment; filename="hearing.ics"`, "private, no-store", text}, err
}

func (a *API) readAttendance(ctx context.Context, in *HearingIn) (*body[*hearing.Attendance], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadAttendance{CaseID: in.Case, Hearing: in.Hearing}))
}

func (a *API) printAttendance(ctx context.Context, in *HearingIn) (*documentOut, error) {
	return documentAnswer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PrintAttendance{CaseID: in.Case, Hearing: in.Hearing}))
}

type scheduleHearingIn struct {
	CaseIn
	Body struct {
		Event      string                     `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Title      string                     `json:"title,omitempty" maxLength:"60" doc:"left out: the type's name"`
		Type       hearing.Type               `json:"type" enum:"trial,pretrial,inquiry,mediation"`
		Mode       hearing.Mode               `json:"mode,omitempty" enum:"synchronous,asynchronous" default:"synchronous"`
		At         int64                      `json:"at"`
		Minutes    int                        `json:"minutes" minimum:"5" maximum:"86400"`
		Public     bool                       `json:"public"`
		Reason     string                     `json:"reason,omitempty" maxLength:"500" doc:"why it is not public"`
		Presiding  string                     `json:"presiding,omitempty" maxLength:"64" doc:"participant id of the judge who presides; left out: the author if a judge, otherwise the case's first"`
		Short      bool                       `json:"short_notice,omitempty" doc:"less than three days ahead: it can be opened once every party has waived that"`
		Checklist  map[hearing.Question]bool  `json:"checklist,omitempty" doc:"for a synchronous hearing: the answer to each of objected, no_means, in_person, complex, state_security, public_attention, unsuitable; any true excludes it"`
		Conditions map[hearing.Condition]bool `json:"conditions,omitempty" doc:"for an asynchronous one: simple_procedure, difficult_together, applied_in_writing, facts_undisputed; all must hold"`
	}
}

func (a *API) scheduleHearing(ctx context.Context, in *scheduleHearingIn) (*body[*hearing.State], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ScheduleHearing{CaseID: in.Case, ID: b.Event, Hearing: store.NewHearing{Title: b.Title, Type: b.Type, Mode: b.Mode, At: b.At, Minutes: b.Minutes,
		Public: b.Public, Reason: b.Reason, Presiding: b.Presiding, Short: b.Short, Checklist: b.Checklist, Conditions: b.Conditions}}))
}

type postponeHearingIn struct {
	HearingIn
	Body struct {
		Event   string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		At      int64  `json:"at"`
		Minutes int    `json:"minutes,omitempty" minimum:"5" maximum:"86400" doc:"left out: as it was"`
		Reason  string `json:"reason" minLength:"1" maxLength:"500"`
		Short   bool   `json:"short_notice,omitempty"`
	}
}

func (a *API) postponeHearing(ctx context.Context, in *postponeHearingIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PostponeHearing{CaseID: in.Case, ID: b.Event, Hearing: in.Hearing, At: b.At, Minutes: b.Minutes, Reason: b.Reason, Short: b.Short}))
}

type waiveHearingIn struct {
	HearingIn
	Body struct {
		Event string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		For   string `json:"for,omitempty" maxLength:"64" doc:"the party; left out by who acts for one only"`
	}
}

func (a *API) waiveHearing(ctx context.Context, in *waiveHearingIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.WaiveHearingNotice{CaseID: in.Case, ID: in.Body.Event, Hearing: in.Hearing, For: in.Body.For}))
}

type hearingActIn struct {
	HearingIn
	Body struct {
		Event string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
	}
}

func (a *API) openHearing(ctx context.Context, in *hearingActIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.OpenHearing{CaseID: in.Case, ID: in.Body.Event, Hearing: in.Hearing}))
}

type proposeReplacementIn struct {
	HearingIn
	Body struct {
		Event  string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		On     bool   `json:"on"`
		Reason string `json:"reason,omitempty" maxLength:"500" doc:"needed to take it back"`
	}
}

func (a *API) proposeReplacement(ctx context.Context, in *proposeReplacementIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ProposeReplacement{CaseID: in.Case, ID: b.Event, Hearing: in.Hearing, On: b.On, Reason: b.Reason}))
}

type answerReplacementIn struct {
	HearingIn
	Body struct {
		Event  string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		For    string `json:"for,omitempty" maxLength:"64" doc:"the party; left out by who acts for one only"`
		Agrees bool   `json:"agrees"`
	}
}

func (a *API) answerReplacement(ctx context.Context, in *answerReplacementIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.AnswerReplacement{CaseID: in.Case, ID: b.Event, Hearing: in.Hearing, For: b.For, Agrees: b.Agrees}))
}

type stepHearingIn struct {
	HearingIn
	Body struct {
		Event  string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Step   string `json:"step" enum:"start,adjourn,resume,close,cancel,offline"`
		Reason string `json:"reason,omitempty" maxLength:"500" doc:"needed to adjourn, cancel and move offline"`
	}
}

func (a *API) stepHearing(ctx context.Context, in *stepHearingIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.StepHearing{CaseID: in.Case, ID: b.Event, Hearing: in.Hearing, Step: b.Step, Reason: b.Reason}))
}

type consultHearingIn struct {
	HearingIn
	Body struct {
		Event string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		On    bool   `json:"on"`
	}
}

func (a *API) consultHearing(ctx context.Context, in *consultHearingIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ConsultHearing{CaseID: in.Case, ID: in.Body.Event, Hearing: in.Hearing, On: in.Body.On}))
}

type hearingPhaseIn struct {
	HearingIn
	Body struct {
		Event string        `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Phase hearing.Phase `json:"phase" enum:"preparation,identity,rights,recusal,investigation,evidence,debate,final_statements,mediation,pronouncement"`
	}
}

func (a *API) setHearingPhase(ctx context.Context, in *hearingPhaseIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SetHearingPhase{CaseID: in.Case, ID: in.Body.Event, Hearing: in.Hearing, Phase: in.Body.Phase}))
}

type showExhibitIn struct {
	HearingIn
	Body struct {
		Event   string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Exhibit string `json:"exhibit,omitempty" maxLength:"64" doc:"left out: nothing any more"`
		Page    int    `json:"page,omitempty" minimum:"0" maximum:"1000" doc:"from 1"`
		Witness bool   `json:"witness,omitempty" doc:"also to the witness who is in the room"`
	}
}

func (a *API) showExhibit(ctx context.Context, in *showExhibitIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ShowExhibit{CaseID: in.Case, ID: b.Event, Hearing: in.Hearing, Exhibit: b.Exhibit, Page: b.Page, Witness: b.Witness}))
}
