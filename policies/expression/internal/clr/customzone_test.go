package clr

import (
	"testing"
)

func reading(t *testing.T, year, month, day, hour, minute int) DateTime {
	t.Helper()
	d, err := NewDateTime(year, month, day, hour, minute, 0, 0, KindUnspecified)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// summer is the rule of central Europe between two dates.
func summer(t *testing.T, start, end DateTime) *AdjustmentRule {
	t.Helper()
	from, err := NewFloatingTransition(DateTime{ticks: 2 * TicksPerHour}, 3, 5, 0)
	if err != nil {
		t.Fatal(err)
	}
	to, err := NewFloatingTransition(DateTime{ticks: 3 * TicksPerHour}, 10, 5, 0)
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewAdjustmentRule(start, end, TicksPerHour, from, to, 0)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestCustomZoneAgreesWithDatabase holds a zone made of the rule of central Europe against
// the one of the database.
func TestCustomZoneAgreesWithDatabase(t *testing.T) {
	t.Parallel()
	berlin, err := FindTimeZone("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	rule := summer(t, DateTimeMinValue, DateTimeMaxValue.Date())
	own, err := NewTimeZone(nil, ZoneNames{"own", "Own", "Own time", "Own summer"}, TicksPerHour, []*AdjustmentRule{rule})
	if err != nil {
		t.Fatal(err)
	}
	for _, year := range []int{2020, 2024, 2099, 2100, 2101, 2500} {
		for day := range 366 {
			for _, minute := range []int64{0, 59, 60, 119, 120, 121, 179, 180, 720} {
				d := DateTime{ticks: dateTicks(year, 1, 1) + int64(day)*TicksPerDay + minute*TicksPerMinute}
				if own.Offset(d) != berlin.Offset(d) || own.IsDaylight(d) != berlin.IsDaylight(d) || own.IsAmbiguous(d) != berlin.IsAmbiguous(d) || own.IsInvalid(d) != berlin.IsInvalid(d) {
					t.Fatalf("%v: offset %v, Berlin has %v", d, own.Offset(d), berlin.Offset(d))
				}
			}
		}
	}
	if own.DisplayName() != "Own" || own.Name(false) != "Own time" || own.Name(true) != "Own summer" || own.BaseOffset() != TicksPerHour {
		t.Errorf("named %s, %s, %s at %v", own.DisplayName(), own.Name(false), own.Name(true), own.BaseOffset())
	}
}

func TestCustomZoneFollowsRulesInTurn(t *testing.T) {
	t.Parallel()
	first, second := summer(t, reading(t, 2000, 1, 1, 0, 0), reading(t, 2005, 12, 31, 0, 0)), summer(t, reading(t, 2010, 1, 1, 0, 0), reading(t, 2012, 7, 1, 0, 0))
	second.From, second.To = second.To, second.From // in the south
	zone, err := NewTimeZone(nil, ZoneNames{ID: "own"}, -3*TicksPerHour, []*AdjustmentRule{first, second})
	if err != nil {
		t.Fatal(err)
	}
	for year, want := range map[int][2]int32{1999: {-3, -3}, 2000: {-3, -2}, 2005: {-3, -2}, 2006: {-3, -3}, 2010: {-2, -3}, 2012: {-2, -3}, 2013: {-3, -3}} {
		winter, july := zone.Offset(reading(t, year, 1, 10, 12, 0)), zone.Offset(reading(t, year, 6, 10, 12, 0))
		if got := [2]int32{winter.Hours(), july.Hours()}; got != want {
			t.Errorf("%d: %v, want %v", year, got, want)
		}
	}
	if _, err := NewTimeZone(nil, ZoneNames{ID: "own"}, 0, []*AdjustmentRule{second, first}); AsException(err) == nil || AsException(err).Class != ClassInvalidTimeZone {
		t.Errorf("rules out of order: %v", err)
	}
	if _, err := NewTimeZone(NewBudget(1000), ZoneNames{ID: "own"}, 0, []*AdjustmentRule{summer(t, DateTimeMinValue, DateTimeMaxValue.Date())}); err == nil || AsException(err) != nil {
		t.Errorf("a budget of 1000 bytes: %v", err)
	}
}

// TestRulesMakeTheZone makes zones of the rules of those in the database.
func TestRulesMakeTheZone(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"Europe/London", "America/New_York", "Australia/Sydney", "Asia/Tokyo", "UTC"} {
		zone, err := FindTimeZone(id)
		if err != nil {
			t.Fatal(err)
		}
		copied, err := NewTimeZone(nil, ZoneNames{ID: id}, zone.BaseOffset(), zone.Rules())
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		for year := 1975; year < 2060; year++ {
			for month := 1; month <= 12; month++ {
				d := reading(t, year, month, 15, 12, 0)
				if got, want := copied.Offset(d), zone.Offset(d); got != want {
					t.Errorf("%s: %v has offset %v, want %v", id, d, got, want)
				}
			}
		}
	}
}

func TestSystemTimeZones(t *testing.T) {
	t.Parallel()
	zones, err := SystemTimeZones()
	if err != nil || len(zones) < 400 {
		t.Fatalf("%d zones, %v", len(zones), err)
	}
	for i := 1; i < len(zones); i++ {
		if zones[i].BaseOffset() < zones[i-1].BaseOffset() {
			t.Errorf("%s comes behind %s", zones[i].ID(), zones[i-1].ID())
		}
	}
}
