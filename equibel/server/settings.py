"""What can be set: by command line, by environment variables ``EQUIBEL_…``, and in a TOML file, in this order."""

from __future__ import annotations

import os
import tomllib
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, InitSettingsSource, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from equibel.errors import FileFormatError, OptionError, suggestion
from equibel.files.text import read_text

PREFIX = "EQUIBEL_"
FILE_VARIABLE = PREFIX + "SETTINGS"  # names the file

Count = Annotated[int, Field(ge=1, le=10**9)]
Seconds = Annotated[float, Field(gt=0, le=10**6, allow_inf_nan=False)]


class Settings(BaseSettings):
    """The settings of a server; each has a default, and `load_settings` reads them.

    Examples
    --------
    >>> settings = Settings(port=8080, max_nodes=500)
    >>> settings.host, settings.port, settings.max_nodes
    ('127.0.0.1', 8080, 500)
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, str_strip_whitespace=True)

    host: str = Field("127.0.0.1", min_length=1, description="The address to listen at.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen at; 0 takes a free one.")
    database: str = Field(
        "", description="A file for SQLite, or the URL of a PostgreSQL database; empty is a file in the user's data folder."
    )
    keys_file: str = Field("", description="The TOML file of the keys that clients must show; empty asks for none.")
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="The origins whose web pages may call the server, such as `https://example.org`."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least level that is logged.")
    log_format: Literal["json", "text"] = Field("json", description="One JSON object a line, or text for people.")
    stop_seconds: Seconds = Field(
        5.0, description="How long a server that is to stop waits for requests, and then for jobs, in seconds."
    )

    max_body_bytes: Count = Field(10_000_000, description="The size of a request's body, in bytes.")
    max_nodes: Count = Field(20_000, description="Nodes of a graph.")
    max_edges: Count = Field(100_000, description="Edges of a graph.")
    max_atoms: Count = Field(1_000, description="Atoms of a graph.")
    max_formula_length: Count = Field(20_000, description="The length of a formula, in characters.")
    max_formula_depth: Count = Field(200, description="How deep a formula may be nested, in levels.")
    max_formulas: Count = Field(100_000, description="Formulas of a graph.")
    max_models: Count = Field(1_000, description="Models in one answer.")
    max_workspaces: Count = Field(100, description="Workspaces of a key.")
    max_graphs: Count = Field(200, description="Graphs and results of a workspace.")
    requests_per_minute: Count = Field(1_200, description="Requests in a minute, of a key, or of an address without keys.")
    request_seconds: Seconds = Field(10.0, description="The solver's time within a request, such as a query, in seconds.")
    solve_seconds: Seconds = Field(30.0, description="The time of `POST /v1/solve`, in seconds.")
    solves_running: Count = Field(2, description="How many `POST /v1/solve` are computed at once; others wait.")
    job_seconds: Seconds = Field(3_600.0, description="The time of a job, in seconds.")
    job_memory_mb: Count = Field(2_048, description="The memory of a job's process, in megabytes.")
    jobs_running: Count = Field(2, description="How many jobs are computed at once; others are queued.")
    jobs_per_key: Count = Field(50, description="Jobs of a key that are queued or running.")
    job_retention_hours: Count = Field(168, description="How long finished jobs are kept, in hours.")

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            scheme, _, host = origin.partition("://")
            if scheme not in ("http", "https") or not host or "/" in host or "*" in host:
                raise ValueError(f"an origin is like https://example.org, without a path, and not {origin!r}")
        return origins

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Where settings come from, the strongest first."""
        return init_settings, env_settings


def load_settings(file: str = "", **given: Any) -> Settings:
    """The settings of a server that is to start.

    Parameters
    ----------
    file : str
        A TOML file with settings by name; without it, that which the environment variable ``EQUIBEL_SETTINGS`` names.
    **given
        Settings that matter more than those of the environment, which matter more than those of the file.

    Raises
    ------
    FileFormatError
        When the file is no TOML, or says something that is no setting or has no such value.
    FileAccessError
        When the file cannot be read.
    OptionError
        When what is given or in the environment has no such value, or a variable's name is misspelt.

    Examples
    --------
    >>> load_settings(port=0, cors_origins="https://a.example, https://b.example").cors_origins
    ('https://a.example', 'https://b.example')
    """
    path = file or os.environ.get(FILE_VARIABLE, "")
    in_file = _read(path) if path else {}
    _check_variables()

    class WithFile(Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *sources: Any, **more: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            strong = super().settings_customise_sources(settings_cls, *sources, **more)
            return *strong, InitSettingsSource(settings_cls, in_file)

    try:
        loaded = WithFile(**given)
    except ValidationError as error:
        raise _refusal(error, path, in_file, given) from None
    return Settings.model_construct(**loaded.model_dump())


def _read(path: str) -> dict[str, Any]:
    try:
        data = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise FileFormatError(str(error), path=path) from None
    for name in data:
        if name not in Settings.model_fields:
            raise FileFormatError(f"there is no setting {name!r}{suggestion(name, Settings.model_fields)}", path=path)
    return data


def _check_variables() -> None:
    """Refuse a variable whose name is nearly that of a setting: a limit that is not one would go unnoticed."""
    for variable in os.environ:
        name = variable.removeprefix(PREFIX).lower()
        if variable.startswith(PREFIX) and variable != FILE_VARIABLE and name not in Settings.model_fields:
            hint = suggestion(name, Settings.model_fields)
            if hint and _like(name, hint):
                raise OptionError(
                    f"the environment variable {variable} names no setting{hint}",
                    option=variable,
                    value=os.environ[variable],
                    expected="the name of a setting",
                )


def _like(name: str, hint: str) -> bool:
    import difflib

    return difflib.SequenceMatcher(None, name, hint.split("'")[1]).ratio() > 0.8


def _refusal(
    error: ValidationError, path: str, in_file: dict[str, Any], given: dict[str, Any]
) -> FileFormatError | OptionError:
    """The first problem in one sentence that says where the setting came from."""
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    variable = PREFIX + name.upper()
    expected = first["msg"].removeprefix("Value error, ")
    expected = expected[:1].lower() + expected[1:]
    by_environment = name not in given and any(key.upper() == variable for key in os.environ)
    if name in in_file and name not in given and not by_environment:
        return FileFormatError(f"{name}: {expected}", path=path)
    option = variable if by_environment else name
    return OptionError(f"{option}: {expected}", option=option, value=first.get("input"), expected=expected)
