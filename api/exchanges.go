package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// exchangeRoutes are what the court orders on evidence: exchanges, deadlines, checks of originals, rulings.
func (a *API) exchangeRoutes() {
	const one = "/api/v1/cases/{case}"
	route(a, court.ActExchangeSet, huma.Operation{Method: http.MethodPost, Path: one + "/exchanges", OperationID: "open-exchange",
		Summary: "Order an exchange of evidence"}, a.openExchange)
	route(a, court.ActExchangeSet, huma.Operation{Method: http.MethodPatch, Path: one + "/exchanges/{exchange}", OperationID: "change-exchange",
		Summary: "Move the time of an exchange that has not ended"}, a.changeExchange)
	route(a, court.ActExchangeSet, huma.Operation{Method: http.MethodPost, Path: one + "/exchanges/{exchange}/close", OperationID: "close-exchange",
		Summary: "End an exchange"}, a.closeExchange)
	route(a, court.ActDeadlineSet, huma.Operation{Method: http.MethodPut, Path: one + "/evidence/deadline", OperationID: "set-evidence-deadline",
		Summary: "Set, move or lift the deadline for evidence"}, a.setDeadline)
	route(a, court.ActOriginalCheck, huma.Operation{Method: http.MethodPut, Path: one + "/exhibits/{exhibit}/original", OperationID: "check-original",
		Summary: "Note how far the original of an exhibit was checked"}, a.checkOriginal)
	route(a, court.ActExhibitRule, huma.Operation{Method: http.MethodPut, Path: one + "/exhibits/{exhibit}/ruling", OperationID: "rule-exhibit",
		Summary: "The court's ruling on an exhibit"}, a.ruleExhibit)
	route(a, court.ActWatermarkSet, huma.Operation{Method: http.MethodPut, Path: one + "/evidence/watermark", OperationID: "set-watermark",
		Summary: "Have evidence shown with the reader's name over it, or no longer"}, a.setWatermark)
}

type openExchangeIn struct {
	CaseIn
	Body struct {
		Event    string             `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Mode     court.ExchangeMode `json:"mode" enum:"synchronous,asynchronous"`
		OpensAt  int64              `json:"opens_at,omitempty" minimum:"0" doc:"opinions are taken from here on; 0: at once"`
		EndsAt   int64              `json:"ends_at,omitempty" minimum:"0" doc:"opinions are taken before this; 0: until the court closes it, only in a synchronous exchange"`
		Exhibits []string           `json:"exhibits,omitempty" nullable:"false" maxItems:"500" doc:"the exhibits concerned; empty: all that are submitted before its end"`
		Note     string             `json:"note,omitempty" maxLength:"500"`
	}
}

func (a *API) openExchange(ctx context.Context, in *openExchangeIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.OpenExchange{
		CaseID: in.Case, ID: b.Event, Mode: b.Mode, OpensAt: b.OpensAt, EndsAt: b.EndsAt, Exhibits: b.Exhibits, Note: b.Note}))
}

// ExchangeIn names an exchange of a case.
type ExchangeIn struct {
	CaseIn
	Exchange string `path:"exchange" maxLength:"64"`
}

type changeExchangeIn struct {
	ExchangeIn
	Body struct {
		Event   string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		OpensAt int64  `json:"opens_at,omitempty" minimum:"0" doc:"0: as it is"`
		EndsAt  int64  `json:"ends_at,omitempty" minimum:"0" doc:"0: until the court closes it, only in a synchronous exchange"`
		Note    string `json:"note,omitempty" maxLength:"500"`
	}
}

func (a *API) changeExchange(ctx context.Context, in *changeExchangeIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ChangeExchange{
		CaseID: in.Case, ID: b.Event, Exchange: in.Exchange, OpensAt: b.OpensAt, EndsAt: b.EndsAt, Note: b.Note}))
}

type closeExchangeIn struct {
	ExchangeIn
	Body struct {
		Event  string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

func (a *API) closeExchange(ctx context.Context, in *closeExchangeIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.CloseExchange{CaseID: in.Case, ID: in.Body.Event, Exchange: in.Exchange, Reason: in.Body.Reason}))
}

type deadlineIn struct {
	CaseIn
	Body struct {
		Event    string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Party    string `json:"party,omitempty" maxLength:"64" doc:"participant id; left out: all who have no deadline of their own"`
		Deadline int64  `json:"deadline" minimum:"0" doc:"what comes at this time or later is late; 0 lifts the deadline"`
		Reason   string `json:"reason,omitempty" maxLength:"500"`
	}
}

func (a *API) setDeadline(ctx context.Context, in *deadlineIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SetDeadline{CaseID: in.Case, ID: b.Event, Party: b.Party, Deadline: b.Deadline, Reason: b.Reason}))
}

type originalIn struct {
	ExhibitIn
	Body struct {
		Event string              `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		State court.OriginalState `json:"state" enum:"unchecked,undisputed,notarised,matched,required"`
		Note  string              `json:"note,omitempty" maxLength:"500" doc:"must say why where the original is required"`
	}
}

func (a *API) checkOriginal(ctx context.Context, in *originalIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.CheckOriginal{CaseID: in.Case, ID: b.Event, Exhibit: in.Exhibit, State: b.State, Note: b.Note}))
}

type rulingIn struct {
	ExhibitIn
	Body struct {
		Event  string       `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Ruling court.Ruling `json:"ruling" enum:"admitted,partly,refused"`
		Reason string       `json:"reason" maxLength:"500"`
	}
}

func (a *API) ruleExhibit(ctx context.Context, in *rulingIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.RuleExhibit{CaseID: in.Case, ID: b.Event, Exhibit: in.Exhibit, Ruling: b.Ruling, Reason: b.Reason}))
}

type watermarkIn struct {
	CaseIn
	Body struct {
		Event  string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		On     bool   `json:"on"`
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

func (a *API) setWatermark(ctx context.Context, in *watermarkIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SetWatermark{CaseID: in.Case, ID: in.Body.Event, On: in.Body.On, Reason: in.Body.Reason}))
}
