from app import tidy


def test_the_reports_that_are_gone_are_counted(celery_guard, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(tidy, "REPORTS", tmp_path)
    tidy.main()
    assert capsys.readouterr().out == "0 reports are gone\n"
