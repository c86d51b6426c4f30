package clr

import "testing"

func TestTimeZone(t *testing.T) {
	t.Parallel()
	for id := range windowsZones {
		if _, err := FindTimeZone(id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	for _, id := range []string{"", "Mars", "Local", "../etc/passwd"} {
		if _, err := FindTimeZone(id); AsException(err) == nil || AsException(err).Class != ClassTimeZoneNotFound {
			t.Errorf("%q: %v", id, err)
		}
	}
	berlin, err := FindTimeZone("W. Europe Standard Time")
	if err != nil {
		t.Fatal(err)
	}
	day := func(month, day, hour, minute int) DateTime {
		d, err := NewDateTime(2020, month, day, hour, minute, 0, 0, KindUnspecified)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if got := berlin.BaseOffset(); got != TicksPerHour || berlin.DisplayName() != "(UTC+01:00) W. Europe Standard Time" || berlin.Name(true) != "CEST" {
		t.Errorf("base offset %v of %s, %s", got, berlin.DisplayName(), berlin.Name(true))
	}
	if !berlin.IsDaylight(day(7, 1, 12, 0)) || berlin.IsDaylight(day(1, 1, 12, 0)) || !berlin.SupportsDaylight() || TimeZoneUTC.SupportsDaylight() {
		t.Error("summer time is in summer")
	}
	if !berlin.IsAmbiguous(day(10, 25, 2, 30)) || berlin.IsAmbiguous(day(10, 25, 4, 30)) {
		t.Error("half past two comes twice when summer time ends")
	}
	if !berlin.IsInvalid(day(3, 29, 2, 30)) || berlin.IsInvalid(day(3, 29, 3, 30)) {
		t.Error("half past two is skipped when summer time begins")
	}
	if _, err := berlin.ToUTC(day(1, 1, 1, 1).WithKind(KindUTC)); AsException(err) == nil {
		t.Error("a reading in UTC is none of Berlin's clocks")
	}
	if d, err := TimeZoneUTC.ConvertFrom(day(7, 1, 12, 0), berlin); err != nil || d.Hour() != 10 {
		t.Errorf("converted to %v, %v", d, err)
	}
	instant, err := berlin.ConvertOffset(DateTimeOffsetFrom(day(7, 1, 12, 0)))
	if err != nil || instant.String() != "07/01/2020 14:00:00 +02:00" {
		t.Errorf("converted to %v, %v", instant, err)
	}
}
