"""Settings of the server, from the command line, environment variables ``EQUIBEL_…`` and a TOML file, in this order."""

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

    host: str = Field("127.0.0.1", min_length=1, description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on; 0 chooses a free one.")
    database: str = Field(
        "", description="An SQLite file or the URL of a PostgreSQL database; if empty, a file in the user's data folder."
    )
    keys_file: str = Field("", description="The TOML file of the API keys; if empty, no API key is required.")
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="The web origins allowed to call the server (CORS), such as `https://example.org`."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The lowest level that is logged.")
    log_format: Literal["json", "text"] = Field("json", description="One JSON object per line, or text.")
    stop_seconds: Seconds = Field(
        5.0, description="How long the server waits for requests, and then for jobs, when it is stopped, in seconds."
    )

    max_body_bytes: Count = Field(10_000_000, description="The maximum size of a request body, in bytes.")
    max_nodes: Count = Field(20_000, description="The maximum number of nodes in a graph.")
    max_edges: Count = Field(100_000, description="The maximum number of edges in a graph.")
    max_atoms: Count = Field(1_000, description="The maximum number of atoms in a graph.")
    max_formula_length: Count = Field(20_000, description="The maximum length of a formula, in characters.")
    max_formula_depth: Count = Field(200, description="The maximum nesting depth of a formula, in levels.")
    max_formulas: Count = Field(100_000, description="The maximum number of formulas in a graph.")
    max_models: Count = Field(1_000, description="The maximum number of models in one answer.")
    max_workspaces: Count = Field(100, description="The maximum number of workspaces per API key.")
    max_graphs: Count = Field(200, description="The maximum number of graphs and results in a workspace.")
    requests_per_minute: Count = Field(
        1_200, description="The maximum number of requests per minute, per API key, or per address without API keys."
    )
    request_seconds: Seconds = Field(
        10.0, description="The time limit of the solver within a request, such as a query, in seconds."
    )
    solve_seconds: Seconds = Field(30.0, description="The time limit of `POST /v1/solve`, in seconds.")
    solves_running: Count = Field(2, description="The maximum number of concurrent `POST /v1/solve`; others wait.")
    job_seconds: Seconds = Field(3_600.0, description="The time limit of a job, in seconds.")
    job_memory_mb: Count = Field(2_048, description="The memory limit of a job's process, in megabytes.")
    jobs_running: Count = Field(2, description="The maximum number of concurrent jobs; others are queued.")
    jobs_per_key: Count = Field(50, description="The maximum number of queued and running jobs per API key.")
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
                raise ValueError(f"expected an origin like https://example.org, without a path, and not {origin!r}")
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
        A TOML file with settings by name; by default the one named by the environment variable ``EQUIBEL_SETTINGS``.
    **given
        Settings that override those of the environment, which override those of the file.

    Raises
    ------
    FileFormatError
        When the file is not TOML, or has an unknown setting or an invalid value.
    FileAccessError
        When the file cannot be read.
    OptionError
        When a given value or one of the environment is invalid, or a variable's name is misspelt.

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
            raise FileFormatError(f"unknown setting {name!r}{suggestion(name, Settings.model_fields)}", path=path)
    return data


def _check_variables() -> None:
    """Refuse a variable whose name is nearly that of a setting: a limit that is not one would go unnoticed."""
    for variable in os.environ:
        name = variable.removeprefix(PREFIX).lower()
        if variable.startswith(PREFIX) and variable != FILE_VARIABLE and name not in Settings.model_fields:
            hint = suggestion(name, Settings.model_fields)
            if hint and _like(name, hint):
                raise OptionError(
                    f"the environment variable {variable} is not a setting{hint}",
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
