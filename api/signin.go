package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// signInRoutes: codes, sessions and their end.
func (a *API) signInRoutes() {
	route(a, court.ActSignInCode, huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/auth/codes", OperationID: "sendCode", Summary: "Send a sign-in code to a phone",
		DefaultStatus: http.StatusAccepted,
	}, a.sendCode)
	route(a, court.ActSignInPhone, huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/auth/phone", OperationID: "signInByCode", Summary: "Sign in with phone number and code",
	}, a.signInByCode)
	route(a, court.ActTheftTell, huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/auth/theft", OperationID: "tell-theft",
		Summary: "Say without signing in that somebody else uses an account: that of the phone, whose sessions end, or another, at which the court looks", DefaultStatus: http.StatusAccepted,
	}, a.tellTheft)
	route(a, court.ActSignInStaff, huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/auth/staff", OperationID: "signInStaff", Summary: "Sign in with name and password",
	}, a.signInStaff)
	route(a, court.ActSessionRevoke, huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/auth/sign-out", OperationID: "signOut", Summary: "End this session",
		DefaultStatus: http.StatusNoContent,
	}, a.signOut)
	route(a, court.ActSessionRevoke, huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/auth/sign-out-everywhere", OperationID: "signOutEverywhere", Summary: "End all of my sessions",
		DefaultStatus: http.StatusNoContent,
	}, a.signOutEverywhere)
	route(a, court.ActSessionList, huma.Operation{
		Method: http.MethodGet, Path: "/api/v1/auth/sessions", OperationID: "listSessions", Summary: "My open sessions",
	}, a.listSessions)
	route(a, court.ActSessionRevoke, huma.Operation{
		Method: http.MethodDelete, Path: "/api/v1/auth/sessions/{id}", OperationID: "revokeSession", Summary: "End one of my sessions",
		DefaultStatus: http.StatusNoContent,
	}, a.revokeSession)
}

type sendCodeIn struct {
	Body struct {
		Phone string `json:"phone" maxLength:"40" doc:"mainland mobile number, or another with its country's code as +85261234567; spaces are allowed"`
	}
}

type sendCodeOut struct{ Body hub.CodeSent }

func (a *API) sendCode(ctx context.Context, in *sendCodeIn) (*sendCodeOut, error) {
	sent, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.SendCode{Phone: in.Body.Phone})
	return &sendCodeOut{sent}, err
}

type signInByCodeIn struct {
	Session string `header:"X-Session" doc:"'token' gives the session's token instead of a cookie, for programs that are no browsers"`
	Body    struct {
		Phone  string `json:"phone" maxLength:"40"`
		Code   string `json:"code" maxLength:"40"`
		Device string `json:"device,omitempty" maxLength:"200" doc:"what to call this device in the list of sessions"`
	}
}

type tellTheftIn struct {
	Body struct {
		Phone   string `json:"phone" maxLength:"40" doc:"of the account; with account any at which the court can call"`
		Code    string `json:"code" maxLength:"40" doc:"that was sent there"`
		Since   int64  `json:"since" doc:"Unix milliseconds"`
		Note    string `json:"note,omitempty" maxLength:"4000" doc:"at most 1000 characters: what I didn't do"`
		Account *struct {
			Name     string `json:"name" maxLength:"200"`
			IDNumber string `json:"id_number" maxLength:"200"`
		} `json:"account,omitempty" doc:"where the phone isn't that of the account: whose it is, for the court to look at"`
	}
}

// tellTheft answers alike whether there is such an account or not.
func (a *API) tellTheft(ctx context.Context, in *tellTheftIn) (*struct{}, error) {
	b := &in.Body
	act := hub.TellTheft{Phone: b.Phone, Code: b.Code, Since: b.Since, Note: b.Note}
	if b.Account != nil {
		act.Account = &store.StolenAccount{Name: b.Account.Name, IDNumber: b.Account.IDNumber}
	}
	return done(hub.Do(ctx, a.hub, actorOf(ctx), act))
}

type signInStaffIn struct {
	Session string `header:"X-Session" doc:"'token' gives the session's token instead of a cookie, for programs that are no browsers"`
	Body    struct {
		Login    string `json:"login" maxLength:"200"`
		Password string `json:"password" maxLength:"1024"`
		TOTP     string `json:"totp,omitempty" maxLength:"40" doc:"code of the second step, where the account has one"`
		Device   string `json:"device,omitempty" maxLength:"200"`
	}
}

type signedInOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      struct {
		Person hub.Me `json:"person"`
		Token  string `json:"token,omitempty" doc:"only where X-Session asks for it"`
	}
}

func (a *API) signedIn(ctx context.Context, wants string, in hub.SignedIn) *signedInOut {
	var out signedInOut
	out.Body.Person = in.Person
	if wants == "token" {
		out.Body.Token = in.Token
	} else {
		out.SetCookie = []http.Cookie{a.sessionCookie(requestOf(ctx), in)}
	}
	return &out
}

func (a *API) signInByCode(ctx context.Context, in *signInByCodeIn) (*signedInOut, error) {
	signed, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.SignInByCode{Phone: in.Body.Phone, Code: in.Body.Code, Device: in.Body.Device})
	if err != nil {
		return nil, err
	}
	return a.signedIn(ctx, in.Session, signed), nil
}

func (a *API) signInStaff(ctx context.Context, in *signInStaffIn) (*signedInOut, error) {
	signed, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.SignInStaff{
		Login: in.Body.Login, Password: in.Body.Password, TOTP: in.Body.TOTP, Device: in.Body.Device,
	})
	if err != nil {
		return nil, err
	}
	return a.signedIn(ctx, in.Session, signed), nil
}

type signedOutOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

func (a *API) signOut(ctx context.Context, _ *struct{}) (*signedOutOut, error) {
	_, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.RevokeSession{})
	return &signedOutOut{[]http.Cookie{noCookie(requestOf(ctx))}}, err
}

func (a *API) signOutEverywhere(ctx context.Context, _ *struct{}) (*signedOutOut, error) {
	_, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.SignOutEverywhere{})
	return &signedOutOut{[]http.Cookie{noCookie(requestOf(ctx))}}, err
}

type sessionsOut struct {
	Body struct {
		Sessions []hub.SessionInfo `json:"sessions" nullable:"false"`
	}
}

func (a *API) listSessions(ctx context.Context, _ *struct{}) (*sessionsOut, error) {
	sessions, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListSessions{})
	var out sessionsOut
	out.Body.Sessions = sessions
	return &out, err
}

type idIn struct {
	ID string `path:"id" maxLength:"64"`
}

func (a *API) revokeSession(ctx context.Context, in *idIn) (*struct{}, error) {
	_, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.RevokeSession{ID: in.ID})
	return nil, err
}
